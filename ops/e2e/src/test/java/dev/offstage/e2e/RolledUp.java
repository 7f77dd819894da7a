package dev.offstage.e2e;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** Tenants with the same events each, to be rolled up, and what that comes to. */
final class RolledUp {
  private static final List<String> ROLLUPS =
      List.of("rollup_count", "rollup_active", "rollup_actor", "rollup_step", "rollup_sketch");

  private final BatchProcess scheduler;

  RolledUp(BatchProcess scheduler) {
    this.scheduler = scheduler;
  }

  long rollUp(String tenant) {
    return scheduler.start(
        "rollup", Map.of("tenant", tenant, "from", "2026-03-01", "to", "2026-04-01"));
  }

  String tenant(String name) {
    var tenant = name + "-" + UUID.randomUUID().toString().substring(0, 8);
    var unused = scheduler.batches(); // migrates
    scheduler.db().sql("insert into tenant (id, name) values (?, ?)").params(tenant, name).update();
    return tenant;
  }

  /** Every hour of 32 days has one: a part is two days, and a day is a chunk. */
  String tenantWithEvents(String name) {
    var tenant = tenant(name);
    var db = scheduler.db();
    db.sql(
            """
            select ensure_event_days(array(
              select generate_series(date '2026-03-01', date '2026-04-01', '1 day')::date))
            """)
        .query((row, n) -> true)
        .single();
    db.sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              app_version, platform, occurred_at, received_at, clamped, properties)
            select gen_random_uuid(), ?, 'shop', '00000000-0000-0000-0000-000000000001', 'track',
              'E' || n % 5, n::text, 'u' || n % 17, '1.0', 'ios', at, at, false, '{"a": 1}'
            from (select n, timestamptz '2026-03-01Z' + n * interval '1 hour' as at
                  from generate_series(0, 32 * 24 - 1) n) e
            """)
        .param(tenant)
        .update();
    return tenant;
  }

  /** Every row of every roll-up, but for whose it is. */
  List<String> rollups(String tenant) {
    return ROLLUPS.stream()
        .flatMap(
            table ->
                scheduler
                    .db()
                    .sql(
                        "select (to_jsonb(t) - 'tenant')::text as row from "
                            + table
                            + " t where tenant = ? order by 1")
                    .param(tenant)
                    .query((row, n) -> row.getString("row"))
                    .list()
                    .stream())
        .toList();
  }

  /** A row that whoever rolls up the hour must wait for, until the connection is closed. */
  Connection holdHour(String tenant, String hour) throws SQLException {
    var connection = DriverManager.getConnection(scheduler.url());
    connection.setAutoCommit(false);
    try (var insert =
        connection.prepareStatement(
            "insert into rollup_hour values (?, ?::timestamptz, 0, now())")) {
      insert.setString(1, tenant);
      insert.setString(2, hour);
      insert.executeUpdate();
    }
    return connection;
  }

  void awaitWaitingFor(Connection holder) throws SQLException {
    int pid;
    try (var statement = holder.createStatement();
        var row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      pid = row.getInt(1);
    }
    Awaitility.await("somebody waits for the hour")
        .atMost(Duration.ofMinutes(1))
        .until(() -> waitsFor(pid));
  }

  private boolean waitsFor(int pid) {
    return scheduler
            .db()
            .sql("select count(*) from pg_stat_activity where ? = any(pg_blocking_pids(pid))")
            .param(pid)
            .query(Integer.class)
            .single()
        > 0;
  }
}
