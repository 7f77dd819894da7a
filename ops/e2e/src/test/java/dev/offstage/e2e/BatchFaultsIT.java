package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.client.JobClient;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Schedulers killed, and frozen, in the middle of batches. */
class BatchFaultsIT {
  @RegisterExtension static final BatchProcess scheduler = new BatchProcess(Map.of());

  private static final int MANY = 350;
  private static final List<String> ROLLUPS =
      List.of("rollup_count", "rollup_active", "rollup_actor", "rollup_step", "rollup_sketch");

  @Test
  void killedInTheMiddleOfEachBatchItGoesOnFromItsLastChunk() throws Exception {
    var calm = tenantWithEvents("calm");
    var hit = tenantWithEvents("hit");
    var assets = tenant("assets");
    addAssets(assets);
    var discarded = tenant("discarded");
    var jobs = addDiscarded(discarded);
    scheduler.first.launch().awaitReady();
    var undisturbed = scheduler.awaitState(rollUp(calm), BatchState.COMPLETED);
    long rollup;
    long backfill;
    long redrive;
    try (var held = holdHour(hit, "2026-03-03T12:00:00Z")) {
      rollup = rollUp(hit);
      backfill = scheduler.start("backfill", Map.of("tenant", assets, "perSecond", "100"));
      redrive =
          scheduler.start(
              "redrive", Map.of("tenant", discarded, "perSecond", "100", "dryRun", "false"));
      scheduler.awaitMiddle(backfill);
      scheduler.awaitMiddle(redrive);
      awaitWaitingFor(held);
      scheduler.first.kill9();
    }
    scheduler.first.launch();

    assertGoesOn(rollup, undisturbed.figures());
    assertThat(rollups(hit)).isEqualTo(rollups(calm)).isNotEmpty();
    assertGoesOn(redrive, Map.of("matched", 350L, "redriven", 350L, "refused", 0L));
    assertThat(
            scheduler
                .db()
                .sql(
                    "select count(*) from job where tenant = ? and claim_no = 1 and state ="
                        + " 'available'")
                .param(discarded)
                .query(Integer.class)
                .single())
        .isEqualTo(jobs);
    assertBackfills(backfill, assets);
  }

  private static void assertGoesOn(long execution, Map<String, Long> figures) {
    long next = scheduler.awaitRecovery(execution);
    var run = scheduler.awaitState(next, BatchState.COMPLETED);
    assertThat(run.figures()).isEqualTo(figures);
    assertThat(run.startedBy()).isEqualTo("recovery");
    var before = scheduler.find(execution);
    assertThat(before.state()).isEqualTo(BatchState.FAILED);
    assertThat(before.read()).as("read before the kill").isPositive();
    assertThat(before.read() + run.read())
        .as("read before and after, together")
        .isEqualTo(figures.containsKey("hours") ? figures.get("hours") : figures.get("matched"));
  }

  private static void assertBackfills(long execution, String tenant) {
    long next = scheduler.awaitRecovery(execution);
    Awaitility.await("each asset has its job")
        .atMost(Duration.ofMinutes(1))
        .until(() -> scheduler.find(next).figures().getOrDefault("enqueued", 0L) == MANY);
    assertThat(
            scheduler
                .db()
                .sql(
                    """
                    select count(distinct payload ->> 'asset') * 1000 + count(*) from job
                    where tenant = ? and 'backfill:' || (
                      select instance from batch_run where execution = ?) = any(tags)
                    """)
                .param(tenant)
                .param(execution)
                .query(Integer.class)
                .single())
        .isEqualTo(MANY * 1000 + MANY);
    assertThat(scheduler.find(next).state()).isEqualTo(BatchState.RUNNING);
    endJobs(tenant);

    var run = scheduler.awaitState(next, BatchState.COMPLETED);
    assertThat(run.figures())
        .isEqualTo(Map.of("enqueued", 350L, "completed", 340L, "discarded", 10L));
    assertThat(run.exitMessage()).contains("350 jobs: 340 completed, 10 discarded");
  }

  /** It wakes up when another has done its work, and must not do a part of it again. */
  @Test
  void aFrozenNodeThatWakesChangesNothing() throws Exception {
    var calm = tenantWithEvents("calm-frozen");
    var hit = tenantWithEvents("hit-frozen");
    scheduler.first.launch().awaitReady();
    var undisturbed = scheduler.awaitState(rollUp(calm), BatchState.COMPLETED);
    long rollup;
    try (var held = holdHour(hit, "2026-03-02T07:00:00Z")) {
      rollup = rollUp(hit);
      awaitWaitingFor(held);
      scheduler.first.freeze();
    }
    BatchRun run;
    try {
      scheduler.second.launch();
      run = scheduler.awaitState(scheduler.awaitRecovery(rollup), BatchState.COMPLETED);
    } finally {
      scheduler.first.thaw();
    }
    Awaitility.await("it has noticed")
        .atMost(Duration.ofMinutes(1))
        .until(() -> scheduler.first.output().contains("Gave up: the execution " + rollup));

    assertThat(run.figures()).isEqualTo(undisturbed.figures());
    assertThat(scheduler.find(run.execution()).figures()).isEqualTo(undisturbed.figures());
    assertThat(rollups(hit)).isEqualTo(rollups(calm));
    scheduler.second.kill9();
  }

  // Roll-ups --------------------------------------------------------------------------------------

  private static long rollUp(String tenant) {
    return scheduler.start(
        "rollup", Map.of("tenant", tenant, "from", "2026-03-01", "to", "2026-03-04"));
  }

  private static String tenant(String name) {
    var tenant = name + "-" + UUID.randomUUID().toString().substring(0, 8);
    scheduler.batches(); // migrates
    scheduler.db().sql("insert into tenant (id, name) values (?, ?)").params(tenant, name).update();
    return tenant;
  }

  /** The same for each: every hour of four days. */
  private static String tenantWithEvents(String name) {
    var tenant = tenant(name);
    var db = scheduler.db();
    db.sql(
            """
            select ensure_event_days(array(
              select generate_series(date '2026-03-01', date '2026-03-04', '1 day')::date))
            """)
        .query((row, n) -> true)
        .single();
    db.sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              app_version, platform, occurred_at, received_at, clamped, properties)
            select gen_random_uuid(), ?, 'shop', '00000000-0000-0000-0000-000000000001', 'track',
              'E' || n % 5, n::text, 'u' || n % 17, '1.0', 'ios', at, at, false, '{"a": 1}'
            from (select n, timestamptz '2026-03-01Z' + n * interval '10 minutes' as at
                  from generate_series(0, 4 * 144 - 1) n) e
            """)
        .param(tenant)
        .update();
    return tenant;
  }

  /** Every row of every roll-up, but for whose it is. */
  private static List<String> rollups(String tenant) {
    return ROLLUPS.stream()
        .flatMap(
            table ->
                scheduler
                    .db()
                    .sql(
                        "select (to_jsonb(t) - 'tenant')::text from "
                            + table
                            + " t where tenant = ? order by 1")
                    .param(tenant)
                    .query(String.class)
                    .list()
                    .stream())
        .toList();
  }

  /** A row that whoever rolls up the hour must wait for. */
  private static Connection holdHour(String tenant, String hour) throws Exception {
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

  private static void awaitWaitingFor(Connection holder) throws Exception {
    int pid;
    try (var statement = holder.createStatement();
        var row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      pid = row.getInt(1);
    }
    Awaitility.await("it waits for the hour")
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                scheduler
                        .db()
                        .sql(
                            """
                            select count(*) from pg_stat_activity where ? = any(pg_blocking_pids(pid))
                            """)
                        .param(pid)
                        .query(Integer.class)
                        .single()
                    > 0);
  }

  // Jobs ------------------------------------------------------------------------------------------

  private static void addAssets(String tenant) {
    scheduler
        .db()
        .sql(
            """
            insert into asset (id, tenant, owner, blob_key, byte_size, media_type, ready_at)
            select gen_random_uuid(), ?, 'ada', 'none', 1, 'image/jpeg', now()
            from generate_series(1, ?)
            """)
        .params(tenant, MANY)
        .update();
  }

  private static int addDiscarded(String tenant) {
    var kind = new JobKind("e2e.nobody");
    scheduler
        .desk(JobClient.class)
        .offerAll(
            IntStream.range(0, MANY)
                .mapToObj(n -> NewJob.of(tenant, null, kind, "{\"n\":" + n + "}"))
                .toList());
    return scheduler
        .db()
        .sql(
            """
            update job set state = 'discarded', outcome = 'discarded', ended_at = now(),
              due_at = null, error_reason = 'e2e'
            where tenant = ?
            """)
        .param(tenant)
        .update();
  }

  private static void endJobs(String tenant) {
    scheduler
        .db()
        .sql(
            """
            update job j set state = n.outcome, outcome = n.outcome, ended_at = now(), due_at = null
            from (select id, case when row_number() over (order by id) <= 10
                    then 'discarded' else 'completed' end as outcome
                  from job where tenant = ?) n
            where n.id = j.id
            """)
        .param(tenant)
        .update();
  }
}
