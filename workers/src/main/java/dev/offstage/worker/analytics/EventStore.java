package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.EventBatch;
import dev.offstage.event.RejectedEvent;
import dev.offstage.store.Db;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Writes batches of events, each event once. */
@Component
public class EventStore {
  private final Db db;
  private final JdbcTemplate jdbc;
  private final EventDays days;
  private final List<EventCheck> checks;
  private final List<WriteStep> steps;

  EventStore(DataSource dataSource, List<EventCheck> checks, List<WriteStep> steps) {
    this.db = Db.over(dataSource);
    this.jdbc = new JdbcTemplate(dataSource);
    this.days = new EventDays(db.jdbc());
    this.checks = List.copyOf(checks);
    this.steps = List.copyOf(steps);
  }

  /** The same over another connection pool, with steps in their order. */
  public static EventStore over(DataSource dataSource, List<WriteStep> steps) {
    return over(dataSource, List.of(), steps);
  }

  /** Likewise, with checks of what may be written. */
  public static EventStore over(
      DataSource dataSource, List<EventCheck> checks, List<WriteStep> steps) {
    return new EventStore(dataSource, checks, steps);
  }

  /**
   * What became of some batches.
   *
   * @param events written; what was written before is not counted
   * @param rejects likewise
   */
  public record Written(int events, int rejects) {}

  /** What one transaction has, and whether the window is to be turned after it. */
  private record Outcome(Written written, boolean turnDue) {}

  /**
   * Writes what is new of some batches, in one transaction. May be repeated: what was written is
   * known by its ids.
   */
  public Written write(Collection<EventBatch> batches) {
    var events = new LinkedHashMap<UUID, Event>();
    var rejects = new LinkedHashMap<UUID, RejectedEvent>();
    for (var batch : batches) {
      for (var event : batch.events()) {
        rejected(event)
            .ifPresentOrElse(
                reject -> rejects.putIfAbsent(reject.id(), reject),
                () -> events.putIfAbsent(event.id(), event));
      }
      batch.rejects().forEach(reject -> rejects.putIfAbsent(reject.id(), reject));
    }
    days.ensure(List.copyOf(events.values()), List.copyOf(rejects.values()));
    try {
      var outcome = db.transactions().execute(status -> write(events, rejects));
      if (outcome.turnDue) {
        SeenIds.turn(db.jdbc());
      }
      return outcome.written;
    } catch (RuntimeException e) {
      days.forget(); // a partition may have gone with its time
      throw e;
    }
  }

  private Optional<RejectedEvent> rejected(Event event) {
    return checks.stream().flatMap(check -> check.reject(event).stream()).findFirst();
  }

  /** Whether PostgreSQL answers. */
  public boolean isPossible() {
    try {
      return Boolean.TRUE.equals(db.jdbc().sql("select true").query(Boolean.class).single());
    } catch (DataAccessException e) {
      return false;
    }
  }

  private Outcome write(Map<UUID, Event> events, Map<UUID, RejectedEvent> rejects) {
    var window = SeenIds.hold(db.jdbc());
    var ids = new ArrayList<UUID>(events.keySet());
    ids.addAll(rejects.keySet());
    var fresh = SeenIds.enter(db.jdbc(), window.generation(), ids);
    events.keySet().retainAll(fresh);
    rejects.keySet().retainAll(fresh);
    var kept = List.copyOf(events.values());
    if (window.tombstones()) {
      kept = Tombstones.without(db.jdbc(), kept);
    }
    var written = inOrder(kept);
    copy(written, List.copyOf(rejects.values()));
    if (!written.isEmpty()) {
      steps.forEach(step -> step.write(db.jdbc(), written));
    }
    return new Outcome(new Written(written.size(), rejects.size()), window.turnDue());
  }

  /** As they happened: steps may go by it, and rows of a day and of a tenant lie together. */
  private static List<Event> inOrder(List<Event> events) {
    return events.stream()
        .sorted(Comparator.comparing((Event event) -> event.times().occurredAt()))
        .toList();
  }

  private void copy(List<Event> events, List<RejectedEvent> rejects) {
    jdbc.execute(
        (ConnectionCallback<Boolean>)
            connection -> {
              copy(connection, events, rejects);
              return true;
            });
  }

  private static void copy(Connection connection, List<Event> events, List<RejectedEvent> rejects)
      throws SQLException {
    var rows = new EventRows();
    rows.copyEvents(connection, events);
    rows.copyRejects(connection, rejects);
  }
}
