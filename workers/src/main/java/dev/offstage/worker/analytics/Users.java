package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.EventType;
import dev.offstage.event.JsonBytes;
import dev.offstage.store.Columns;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The users that apps have identified, and what was last known of each. */
@Component
@Order(300)
final class Users implements WriteStep {
  private final Sightings<Key> sightings =
      new Sightings<>(
          event ->
              event.who().userId() == null
                  ? null
                  : new Key(event.source().tenant(), event.who().userId()));

  private record Key(String tenant, String userId) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int tenants = tenant.compareTo(other.tenant);
      return tenants != 0 ? tenants : userId.compareTo(other.userId);
    }
  }

  private record Said(JsonBytes traits, Instant at) {}

  private record Row(Key key, Sighting sighting, @Nullable Said said) {}

  @Override
  public void write(JdbcClient db, List<Event> events) {
    var seen = sightings.of(events);
    if (seen.isEmpty()) {
      return;
    }
    var said = said(events);
    insert(
        db,
        seen.entrySet().stream()
            .map(each -> new Row(each.getKey(), each.getValue(), said.get(each.getKey())))
            .toList());
  }

  private static TreeMap<Key, Said> said(List<Event> events) {
    var said = new TreeMap<Key, Said>();
    for (var event : events) {
      var traits = event.properties();
      if (event.type() == EventType.IDENTIFY && event.who().userId() != null && traits != null) {
        said.merge(
            new Key(event.source().tenant(), event.who().userId()),
            new Said(traits, event.times().occurredAt()),
            (one, two) -> new Said(Traits.merged(one.traits, two.traits), two.at));
      }
    }
    return said;
  }

  private static void insert(JdbcClient db, Collection<Row> rows) {
    db.sql(
            """
            insert into event_user as u (tenant, user_id, first_seen_at, last_seen_at, app,
              app_version, platform, locale, country, traits, traits_at)
            select tenant, user_id, first_seen, last_seen, app,
              app_version, platform, locale, country, coalesce(traits, '{}'), traits_at
            from unnest(cast(:tenants as text[]), cast(:users as text[]),
              cast(:firsts as timestamptz[]), cast(:lasts as timestamptz[]), cast(:apps as text[]),
              cast(:versions as text[]), cast(:platforms as text[]), cast(:locales as text[]),
              cast(:countries as text[]), cast(:traits as jsonb[]), cast(:saids as timestamptz[]))
              as t (tenant, user_id, first_seen, last_seen, app, app_version, platform, locale,
                country, traits, traits_at)
            on conflict (tenant, user_id) do update
            set first_seen_at = least(u.first_seen_at, excluded.first_seen_at),
                last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at),
                app = case when excluded.last_seen_at >= u.last_seen_at
                  then excluded.app else u.app end,
                app_version = latest(u.last_seen_at, u.app_version,
                  excluded.last_seen_at, excluded.app_version),
                platform = latest(u.last_seen_at, u.platform,
                  excluded.last_seen_at, excluded.platform),
                locale = latest(u.last_seen_at, u.locale, excluded.last_seen_at, excluded.locale),
                country = latest(u.last_seen_at, u.country,
                  excluded.last_seen_at, excluded.country),
                traits = merged_traits(u.traits, u.traits_at, excluded.traits, excluded.traits_at),
                traits_at = greatest(u.traits_at, excluded.traits_at)
            """)
        .params(
            Columns.of(rows)
                .text("tenants", row -> row.key().tenant())
                .text("users", row -> row.key().userId())
                .text("firsts", row -> row.sighting().first())
                .text("lasts", row -> row.sighting().last())
                .text("apps", row -> row.sighting().app())
                .text("versions", row -> row.sighting().where().appVersion())
                .text("platforms", row -> row.sighting().where().platform())
                .text("locales", row -> row.sighting().where().locale())
                .text("countries", row -> row.sighting().where().country())
                .text("traits", Row::said, Said::traits)
                .text("saids", Row::said, Said::at)
                .arrays())
        .update();
  }
}
