package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.client.JobClient;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Schedulers killed, and frozen, in the middle of batches. */
class BatchFaultsIT {
  @RegisterExtension static final BatchProcess scheduler = new BatchProcess(Map.of());

  private static final int MANY = 350;
  private static final RolledUp events = new RolledUp(scheduler);

  @AfterEach
  void leaveNoneBesideTheFirst() {
    scheduler.second.kill9();
  }

  @Test
  void killedInTheMiddleOfEachBatchItGoesOnFromItsLastChunk() throws Exception {
    var calm = events.tenantWithEvents("calm");
    var hit = events.tenantWithEvents("hit");
    var assets = events.tenant("assets");
    addAssets(assets);
    var discarded = events.tenant("discarded");
    var jobs = addDiscarded(discarded);
    scheduler.first.launch().awaitReady();
    var undisturbed = scheduler.awaitState(events.rollUp(calm), BatchState.COMPLETED);
    long rollup;
    long backfill;
    long redrive;
    try (var held = events.holdHour(hit, "2026-03-04T12:00:00Z")) {
      rollup = events.rollUp(hit);
      backfill = scheduler.start("backfill", Map.of("tenant", assets, "perSecond", "100"));
      redrive =
          scheduler.start(
              "redrive", Map.of("tenant", discarded, "perSecond", "100", "dryRun", "false"));
      scheduler.awaitMiddle(backfill);
      scheduler.awaitMiddle(redrive);
      events.awaitWaitingFor(held);
      scheduler.first.kill9();
    }
    scheduler.first.launch().awaitReady();

    assertGoesOn(rollup, undisturbed.figures(), undisturbed.read());
    assertThat(events.rollups(hit)).isEqualTo(events.rollups(calm)).isNotEmpty();
    assertGoesOn(redrive, Map.of("matched", 350L, "redriven", 350L, "refused", 0L), 350);
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

  private static void assertGoesOn(long execution, Map<String, Long> figures, long read) {
    long next = scheduler.awaitRecovery(execution);
    var run = scheduler.awaitState(next, BatchState.COMPLETED);
    assertThat(run.figures()).isEqualTo(figures);
    assertThat(run.startedBy()).isEqualTo("recovery");
    var before = scheduler.find(execution);
    assertThat(before.state()).isEqualTo(BatchState.FAILED);
    assertThat(before.read()).as("read before the kill").isPositive();
    assertThat(before.read() + run.read()).as("read before and after, together").isEqualTo(read);
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
    var calm = events.tenantWithEvents("calm-frozen");
    var hit = events.tenantWithEvents("hit-frozen");
    scheduler.first.launch().awaitReady();
    var undisturbed = scheduler.awaitState(events.rollUp(calm), BatchState.COMPLETED);
    long rollup;
    try (var held = events.holdHour(hit, "2026-03-02T07:00:00Z")) {
      rollup = events.rollUp(hit);
      events.awaitWaitingFor(held);
      scheduler.first.freeze();
    }
    BatchRun run;
    try {
      scheduler.second.launch().awaitReady();
      run = scheduler.awaitState(scheduler.awaitRecovery(rollup), BatchState.COMPLETED);
    } finally {
      scheduler.first.thaw();
    }
    Awaitility.await("it has noticed")
        .atMost(Duration.ofMinutes(1))
        .until(() -> scheduler.first.output().contains("Gave up: the execution " + rollup));

    assertThat(run.figures()).isEqualTo(undisturbed.figures());
    assertThat(scheduler.find(run.execution()).figures()).isEqualTo(undisturbed.figures());
    assertThat(events.rollups(hit)).isEqualTo(events.rollups(calm));
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
