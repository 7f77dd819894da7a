package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.EventType;
import dev.offstage.store.Columns;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who was seen under which anonymous id: by every event that names both, and by an alias, whose
 * previous id may be one.
 */
@Component
@Order(100)
final class Identities implements WriteStep {

  private record Pair(String tenant, String anonymousId, String userId)
      implements Comparable<Pair> {
    private static final Comparator<Pair> ORDER =
        Comparator.comparing(Pair::tenant)
            .thenComparing(Pair::anonymousId)
            .thenComparing(Pair::userId);

    @Override
    public int compareTo(Pair other) {
      return ORDER.compare(this, other);
    }
  }

  private record Seen(Pair pair, Instant first, Instant last) {
    Seen and(Seen other) {
      return new Seen(
          pair,
          first.isBefore(other.first) ? first : other.first,
          last.isAfter(other.last) ? last : other.last);
    }
  }

  @Override
  public void write(JdbcClient db, List<Event> events) {
    var seen = new TreeMap<Pair, Seen>();
    for (var event : events) {
      var who = event.who();
      if (who.userId() != null) {
        add(seen, event, who.anonymousId(), who.userId());
        if (event.type() == EventType.ALIAS) {
          add(seen, event, who.previousId(), who.userId());
        }
      }
    }
    if (!seen.isEmpty()) {
      insert(db, seen.values());
    }
  }

  private static void add(
      TreeMap<Pair, Seen> seen, Event event, @Nullable String anonymousId, String userId) {
    if (anonymousId != null && !anonymousId.equals(userId)) {
      var at = event.times().occurredAt();
      var pair = new Pair(event.source().tenant(), anonymousId, userId);
      seen.merge(pair, new Seen(pair, at, at), Seen::and);
    }
  }

  private static void insert(JdbcClient db, Collection<Seen> seen) {
    db.sql(
            """
            insert into event_identity as i (tenant, anonymous_id, user_id, first_at, last_at)
            select * from unnest(cast(:tenants as text[]), cast(:anonymous as text[]),
              cast(:users as text[]), cast(:firsts as timestamptz[]), cast(:lasts as timestamptz[]))
            on conflict (tenant, anonymous_id, user_id) do update
            set first_at = least(i.first_at, excluded.first_at),
                last_at = greatest(i.last_at, excluded.last_at)
            """)
        .params(
            Columns.of(seen)
                .text("tenants", row -> row.pair().tenant())
                .text("anonymous", row -> row.pair().anonymousId())
                .text("users", row -> row.pair().userId())
                .text("firsts", Seen::first)
                .text("lasts", Seen::last)
                .arrays())
        .update();
  }
}
