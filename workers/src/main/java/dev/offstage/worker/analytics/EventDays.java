package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.RejectedEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes the partitions that events need, before they are written. */
final class EventDays {
  private final JdbcClient db;

  /** Those that are there; retention may have taken one since, which {@link #forget} mends. */
  private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();

  EventDays(JdbcClient db) {
    this.db = db;
  }

  void ensure(List<Event> events, List<RejectedEvent> rejects) {
    var missing = new TreeSet<LocalDate>();
    events.forEach(event -> missing.add(day(event.times().occurredAt())));
    rejects.forEach(reject -> missing.add(day(reject.receivedAt())));
    missing.removeAll(known);
    if (!missing.isEmpty()) {
      db.sql("select ensure_event_days(cast(:days as date[]))")
          .param("days", missing.stream().map(LocalDate::toString).toArray(String[]::new))
          .query((row, n) -> n)
          .list();
      known.addAll(missing);
    }
  }

  void forget() {
    known.clear();
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }
}
