package dev.offstage.ingest;

import dev.offstage.rollup.DirtyHours;
import dev.offstage.rollup.DirtyHours.DirtyHour;
import dev.offstage.rollup.Rollups;
import dev.offstage.store.Db;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Events for tests, and what a worker and the scheduler would do for them. */
public final class Events {
  private final IngestServer server;
  private final String tenant;
  private final UUID key = UUID.randomUUID();

  public Events(IngestServer server, String tenant) {
    this.server = server;
    this.tenant = tenant;
  }

  private JdbcClient jdbc() {
    return server.bean(JdbcClient.class);
  }

  /** The id of the write key that they came with. */
  public UUID key() {
    return key;
  }

  public void track(String at, String name, @Nullable String user, @Nullable String anonymous) {
    track(at, name, user, anonymous, "1.0");
  }

  public void track(
      String at, String name, @Nullable String user, @Nullable String anonymous, String version) {
    jdbc()
        .sql("select ensure_event_days(array[(?::timestamptz at time zone 'UTC')::date])")
        .param(at)
        .query((row, n) -> true)
        .single();
    jdbc()
        .sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              anonymous_id, app_version, platform, country, occurred_at, received_at, clamped,
              properties)
            values (gen_random_uuid(), :tenant, 'shop', :key, 'track', :name, 'm', :user,
              :anonymous, :version, 'ios', 'DE', :at::timestamptz, :at::timestamptz, false,
              '{"sku": "=cmd"}')
            """)
        .param("tenant", tenant)
        .param("key", key)
        .param("name", name)
        .param("user", user)
        .param("anonymous", anonymous)
        .param("version", version)
        .param("at", at)
        .update();
    DirtyHours.over(jdbc()).mark(Set.of(DirtyHour.of(tenant, Instant.parse(at))));
  }

  public void identify(String anonymous, String user, String at) {
    jdbc()
        .sql("insert into event_identity values (?, ?, ?, ?::timestamptz, ?::timestamptz)")
        .params(tenant, anonymous, user, at, at)
        .update();
  }

  public void reject(String at, String reason) {
    jdbc()
        .sql("select ensure_event_days(array[(?::timestamptz at time zone 'UTC')::date])")
        .param(at)
        .query((row, n) -> true)
        .single();
    jdbc()
        .sql(
            """
            insert into event_reject
              (id, tenant, app, write_key, received_at, reason, detail, type, name, event)
            values (gen_random_uuid(), ?, 'shop', ?, ?::timestamptz, ?, 'neither id is given',
              'track', 'Bad', '{"event": "Bad"}')
            """)
        .params(tenant, key, at, reason)
        .update();
  }

  public void rollUp() {
    var rollups = Rollups.over(server.bean(Db.class));
    rollups.dirty(1_000).forEach(rollups::refresh);
  }
}
