package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import java.util.Collection;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The sessions that apps name: when each began, when it was last heard of, and how much. */
@Component
@Order(500)
final class Sessions implements WriteStep {
  private final Sightings<InApp> sightings =
      new Sightings<>(event -> InApp.of(event, event.where().sessionId()));

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
            insert into event_session as s (tenant, app, session_id, started_at, last_event_at,
              events, user_id, anonymous_id, device_id, app_version, platform)
            select * from unnest(cast(:tenants as text[]), cast(:apps as text[]),
              cast(:ids as text[]), cast(:firsts as timestamptz[]),
              cast(:lasts as timestamptz[]), cast(:counts as bigint[]), cast(:users as text[]),
              cast(:anonymous as text[]), cast(:devices as text[]), cast(:versions as text[]),
              cast(:platforms as text[]))
            on conflict (tenant, app, session_id) do update
            set started_at = least(s.started_at, excluded.started_at),
                last_event_at = greatest(s.last_event_at, excluded.last_event_at),
                events = s.events + excluded.events,
                user_id = latest(s.last_event_at, s.user_id,
                  excluded.last_event_at, excluded.user_id),
                anonymous_id = latest(s.last_event_at, s.anonymous_id,
                  excluded.last_event_at, excluded.anonymous_id),
                device_id = latest(s.last_event_at, s.device_id,
                  excluded.last_event_at, excluded.device_id),
                app_version = latest(s.last_event_at, s.app_version,
                  excluded.last_event_at, excluded.app_version),
                platform = latest(s.last_event_at, s.platform,
                  excluded.last_event_at, excluded.platform)
            """)
        .params(InApp.Row.sessions(rows))
        .update();
  }
}
