package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.Subjects;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Takes out what erased users did before they were erased: it waited in a queue, or on a phone. */
final class Tombstones {
  private Tombstones() {}

  static List<Event> without(JdbcClient db, List<Event> events) {
    var subjects = new HashSet<UUID>();
    events.forEach(event -> subjects.addAll(Subjects.of(event)));
    var until = until(db, subjects);
    return until.isEmpty()
        ? events
        : events.stream().filter(event -> !isErased(event, until)).toList();
  }

  private static Map<UUID, Instant> until(JdbcClient db, HashSet<UUID> subjects) {
    var until = new HashMap<UUID, Instant>();
    db.sql("select subject, until from event_tombstone where subject = any(:subjects)")
        .param("subjects", subjects.toArray(UUID[]::new))
        .query(
            row -> {
              until.put(
                  row.getObject("subject", UUID.class),
                  row.getObject("until", OffsetDateTime.class).toInstant());
            });
    return until;
  }

  private static boolean isErased(Event event, Map<UUID, Instant> until) {
    var times = event.times();
    var at =
        times.occurredAt().isBefore(times.receivedAt()) ? times.occurredAt() : times.receivedAt();
    return Subjects.of(event).stream().map(until::get).anyMatch(erased -> !isAfter(at, erased));
  }

  private static boolean isAfter(Instant at, @Nullable Instant erased) {
    return erased == null || at.isAfter(erased);
  }
}
