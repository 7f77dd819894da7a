package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import java.util.Collection;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The devices that apps run on, and what was last known of each. */
@Component
@Order(400)
final class Devices implements WriteStep {
  private final Sightings<InApp> sightings =
      new Sightings<>(event -> InApp.of(event, event.where().deviceId()));

  @Override
  public void write(JdbcClient db, List<Event> events) {
    var seen = sightings.of(events);
    if (!seen.isEmpty()) {
      insert(db, seen.entrySet().stream().map(InApp.Row::of).toList());
    }
  }

  private static void insert(JdbcClient db, Collection<InApp.Row> rows) {
    db.sql(
            """
            insert into event_device as d (tenant, app, device_id, first_seen_at, last_seen_at,
              user_id, anonymous_id, app_version, platform, os_version, model, locale, country,
              push_opt_in)
            select * from unnest(cast(:tenants as text[]), cast(:apps as text[]),
              cast(:ids as text[]), cast(:firsts as timestamptz[]),
              cast(:lasts as timestamptz[]), cast(:users as text[]), cast(:anonymous as text[]),
              cast(:versions as text[]), cast(:platforms as text[]), cast(:systems as text[]),
              cast(:models as text[]), cast(:locales as text[]), cast(:countries as text[]),
              cast(:pushes as boolean[]))
            on conflict (tenant, app, device_id) do update
            set first_seen_at = least(d.first_seen_at, excluded.first_seen_at),
                last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at),
                user_id = latest(d.last_seen_at, d.user_id,
                  excluded.last_seen_at, excluded.user_id),
                anonymous_id = latest(d.last_seen_at, d.anonymous_id,
                  excluded.last_seen_at, excluded.anonymous_id),
                app_version = latest(d.last_seen_at, d.app_version,
                  excluded.last_seen_at, excluded.app_version),
                platform = latest(d.last_seen_at, d.platform,
                  excluded.last_seen_at, excluded.platform),
                os_version = latest(d.last_seen_at, d.os_version,
                  excluded.last_seen_at, excluded.os_version),
                model = latest(d.last_seen_at, d.model, excluded.last_seen_at, excluded.model),
                locale = latest(d.last_seen_at, d.locale, excluded.last_seen_at, excluded.locale),
                country = latest(d.last_seen_at, d.country,
                  excluded.last_seen_at, excluded.country),
                push_opt_in = latest(d.last_seen_at, d.push_opt_in,
                  excluded.last_seen_at, excluded.push_opt_in)
            """)
        .params(
            InApp.Row.columns(rows)
                .text("systems", row -> row.sighting().where().osVersion())
                .text("models", row -> row.sighting().where().deviceModel())
                .text("locales", row -> row.sighting().where().locale())
                .text("countries", row -> row.sighting().where().country())
                .text("pushes", row -> row.sighting().where().pushOptIn())
                .arrays())
        .update();
  }
}
