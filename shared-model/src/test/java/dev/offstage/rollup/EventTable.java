package dev.offstage.rollup;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offstage.rollup.DirtyHours.DirtyHour;
import dev.offstage.servers.Servers;
import dev.offstage.store.Db;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A migrated database with events in it. */
final class EventTable {
  final DataSource dataSource;
  final Db db;
  final JdbcClient jdbc;

  EventTable() {
    var config = new HikariConfig();
    config.setJdbcUrl(Servers.shared().postgresUrl());
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(0);
    dataSource = new HikariDataSource(config);
    Flyway.configure().dataSource(dataSource).load().migrate();
    db = Db.over(dataSource);
    jdbc = db.jdbc();
  }

  /** An event to be written. */
  record Fact(
      String tenant,
      Instant at,
      String name,
      @Nullable String user,
      @Nullable String anonymous,
      @Nullable String version) {
    static Fact of(String tenant, String at, String name, String user) {
      return new Fact(tenant, Instant.parse(at), name, user, null, "1.0");
    }
  }

  void write(Fact... facts) {
    db.transactions()
        .executeWithoutResult(
            status -> {
              for (var fact : facts) {
                insert(fact);
                DirtyHours.over(jdbc).mark(Set.of(DirtyHour.of(fact.tenant(), fact.at())));
              }
            });
  }

  private void insert(Fact fact) {
    jdbc.sql("select ensure_event_days(array[?::date])")
        .param(fact.at().atOffset(ZoneOffset.UTC).toLocalDate().toString())
        .query((row, n) -> true)
        .single();
    jdbc.sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              anonymous_id, app_version, platform, occurred_at, received_at, clamped, properties)
            values (:id, :tenant, 'shop', :id, 'track', :name, :id, :user, :anonymous, :version,
              'ios', :at::timestamptz, :at::timestamptz, false, '{"price": 3, "sku": "a"}')
            """)
        .param("id", UUID.randomUUID())
        .param("tenant", fact.tenant())
        .param("name", fact.name())
        .param("user", fact.user())
        .param("anonymous", fact.anonymous())
        .param("version", fact.version())
        .param("at", fact.at().toString())
        .update();
  }

  /** Rolls up whatever is dirty. */
  void rollUp() {
    var rollups = Rollups.over(db);
    rollups.dirty(100).forEach(rollups::refresh);
  }

  /** Every row of every roll-up, as text. */
  String rollups(String tenant) {
    var text = new StringBuilder();
    for (var table :
        new String[] {
          "rollup_count", "rollup_active", "rollup_actor", "rollup_step", "rollup_sketch"
        }) {
      text.append(
          jdbc.sql(
                  "select coalesce(string_agg(t::text, E'\\n' order by t::text), '') from "
                      + table
                      + " t where tenant = ?")
              .param(tenant)
              .query(String.class)
              .single());
    }
    return text.toString();
  }
}
