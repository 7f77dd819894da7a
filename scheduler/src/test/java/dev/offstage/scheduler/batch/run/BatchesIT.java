package dev.offstage.scheduler.batch.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.scheduler.batch.BatchFilter;
import dev.offstage.scheduler.batch.BatchRefusedException;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.BatchStep;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.servers.Servers;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.repository.JobRepository;

/** The verbs, on one node. */
class BatchesIT {
  private static final Node NODE = new Node(Servers.shared().springProperties(true, false));

  private final String label = UUID.randomUUID().toString();

  @AfterAll
  static void stop() {
    NODE.close();
  }

  private long start(Map<String, String> more, StartMode mode) {
    var parameters = new HashMap<>(more);
    parameters.put("label", label);
    return NODE.batches.start("probe", parameters, mode, "ada");
  }

  private long start() {
    return start(Map.of(), StartMode.REFUSE_IF_COMPLETED);
  }

  private static List<Integer> upTo(int items) {
    return IntStream.rangeClosed(1, items).boxed().toList();
  }

  @Test
  void anExecutionTellsHowFarItCameAndWhatCameOfIt() {
    var run = NODE.awaitState(start(), BatchState.COMPLETED);

    assertThat(NODE.items(label)).isEqualTo(upTo(10));
    assertThat(run)
        .returns("probe", BatchRun::batch)
        .returns("ada", BatchRun::startedBy)
        .returns(1, BatchRun::run)
        .returns(10L, BatchRun::read)
        .returns(10L, BatchRun::written)
        .returns(0L, BatchRun::skipped)
        .returns(10L, BatchRun::done)
        .returns(10L, BatchRun::total)
        .returns(Map.of("numbers", 10L), BatchRun::figures)
        .returns("COMPLETED", BatchRun::exitCode);
    assertThat(run.parameters()).containsEntry("label", label).containsEntry("items", "10");
    assertThat(run.startedAt()).isBetween(run.createdAt(), run.endedAt());
    assertThat(run.duration()).isNotNull();
    assertThat(run.node()).endsWith(":" + ProcessHandle.current().pid());
    assertThat(run.steps()).extracting(BatchStep::name).containsExactly("count");
    assertThat(run.steps().getFirst().startedAt()).isBetween(run.startedAt(), run.endedAt());
  }

  @Test
  void springBootLaunchesNothingAndHasNoRepositoryOfItsOwn() {
    assertThatThrownBy(() -> NODE.bean(JobRepository.class)).hasMessageContaining("JobRepository");
    assertThat(
            NODE.jdbc
                .sql(
                    "select count(*) from information_schema.tables where table_name ilike"
                        + " 'batch_job_e%'")
                .query(Integer.class)
                .single())
        .isZero();
  }

  @Test
  void whatHasCompletedRunsAgainOnPurposeOnly() {
    NODE.awaitState(start(), BatchState.COMPLETED);

    assertThatThrownBy(this::start)
        .isInstanceOf(BatchRefusedException.class)
        .hasMessageContaining("has completed with these parameters");
    var again = start(Map.of(), StartMode.AGAIN);

    assertThat(NODE.awaitState(again, BatchState.COMPLETED).run()).isEqualTo(2);
    assertThat(NODE.items(label)).hasSize(20);
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() {
    assertThatThrownBy(() -> start(Map.of("itmes", "3"), StartMode.AGAIN))
        .hasMessageContaining("itmes: probe takes no such parameter");
    assertThatThrownBy(() -> start(Map.of("items", "many"), StartMode.AGAIN))
        .hasMessageContaining("items: \"many\" (expected: a whole number");
    assertThatThrownBy(() -> start(Map.of("tenant", "nobody"), StartMode.AGAIN))
        .hasMessageContaining("tenant: there is no tenant nobody");
    assertThatThrownBy(
            () -> start(Map.of("from", "2026-11-03", "to", "2026-11-02"), StartMode.AGAIN))
        .hasMessageContaining("to: 2026-11-02 (expected: not before from");
    assertThatThrownBy(() -> NODE.batches.start("probe", Map.of(), StartMode.AGAIN, "ada"))
        .hasMessageContaining("label: is missing");
    assertThatThrownBy(() -> NODE.batches.start("prob", Map.of(), StartMode.AGAIN, "ada"))
        .hasMessageContaining("batch: there is none of this name");
    for (var verb :
        List.<Runnable>of(
            () -> NODE.batches.stop(-1),
            () -> NODE.batches.abandon(-1),
            () -> NODE.batches.restart(-1, "ada"))) {
      assertThatThrownBy(verb::run)
          .isInstanceOf(BatchRefusedException.class)
          .hasMessageContaining("execution: there is no execution -1");
    }
  }

  @Test
  void anActThatIsRolledBackStartsNothing() {
    var ids = new ArrayList<Long>();
    NODE.db
        .transactions()
        .executeWithoutResult(
            status -> {
              ids.add(start());
              status.setRollbackOnly();
            });

    assertThat(NODE.batches.find(ids.getFirst())).isEmpty();
    NODE.awaitState(start(), BatchState.COMPLETED);
    assertThat(NODE.items(label)).isEqualTo(upTo(10));
  }

  @Test
  void aFailedOneGoesOnFromItsLastChunk() {
    failOnceAtTheEighth();
    long first = start();
    var failed = NODE.awaitState(first, BatchState.FAILED);
    assertThat(failed.exitMessage()).contains("the eighth is bad");
    assertThat(failed.done()).isEqualTo(6);
    assertThat(NODE.items(label)).isEqualTo(upTo(6));

    long second = NODE.batches.restart(first, "bob");

    var completed = NODE.awaitState(second, BatchState.COMPLETED);
    assertThat(NODE.items(label)).isEqualTo(upTo(10));
    assertThat(completed.restartOf()).isEqualTo(first);
    assertThat(completed.written()).isEqualTo(4);
    assertThat(completed.done()).isEqualTo(10);
    assertThat(completed.figures()).containsEntry("numbers", 10L);
    assertThatThrownBy(() -> NODE.batches.restart(first, "bob"))
        .hasMessageContaining("is not the latest");
    assertThatThrownBy(() -> NODE.batches.restart(second, "bob")).hasMessageContaining("COMPLETED");
  }

  @Test
  void startingAFailedOneWithTheSameParametersGoesOn() {
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 5) {
            Probe.hook(label, (each, of) -> {});
            throw new IllegalStateException("once");
          }
        });
    NODE.awaitState(start(), BatchState.FAILED);

    NODE.awaitState(start(), BatchState.COMPLETED);

    assertThat(NODE.items(label)).isEqualTo(upTo(10));
  }

  @Test
  void aStoppedOneEndsWithItsChunkAndGoesOnWhenItIsRestarted() throws Exception {
    var reached = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 4) {
            reached.countDown();
            release.await();
          }
        });
    long execution = start();
    reached.await();
    assertThatThrownBy(this::start).hasMessageContaining("has not ended");
    NODE.batches.stop(execution);
    assertThat(NODE.find(execution).state()).isEqualTo(BatchState.STOPPING);
    Awaitility.await("it is told").until(() -> NODE.isEnding(execution));
    release.countDown();

    NODE.awaitState(execution, BatchState.STOPPED);
    assertThat(NODE.items(label)).isEqualTo(upTo(6));
    long next = NODE.batches.restart(execution, "ada");
    NODE.awaitState(next, BatchState.COMPLETED);
    assertThat(NODE.items(label)).isEqualTo(upTo(10));
  }

  @Test
  void anAbandonedOneIsBegunAnew() {
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 5) {
            Probe.hook(label, (each, of) -> {});
            throw new IllegalStateException("once");
          }
        });
    long failed = start();
    NODE.awaitState(failed, BatchState.FAILED);

    NODE.batches.abandon(failed);

    assertThat(NODE.find(failed).state()).isEqualTo(BatchState.ABANDONED);
    assertThatThrownBy(() -> NODE.batches.restart(failed, "ada")).hasMessageContaining("ABANDONED");
    assertThat(NODE.awaitState(start(), BatchState.COMPLETED).run()).isEqualTo(2);
    assertThat(NODE.items(label)).hasSize(13);
  }

  @Test
  void whatIsLeftOutIsLoggedAndTooMuchOfItFails() {
    long execution = start(Map.of("items", "20"), StartMode.AGAIN);

    assertThat(NODE.awaitState(execution, BatchState.COMPLETED).skipped()).isOne();
    assertThat(NODE.items(label)).hasSize(19).doesNotContain(13);
    assertThat(NODE.batches.skips(execution, null, 10))
        .singleElement()
        .satisfies(
            skip -> {
              assertThat(skip.item()).isEqualTo("the item 13");
              assertThat(skip.reason()).isEqualTo("brings bad luck");
              assertThat(skip.step()).isEqualTo("count");
            });

    var tooMany = start(Map.of("items", "3020"), StartMode.AGAIN);
    var failed = NODE.awaitState(tooMany, BatchState.FAILED);
    assertThat(failed.exitMessage()).contains("brings bad luck");
    assertThat(NODE.batches.skips(tooMany, null, 10)).hasSize(2);
  }

  @Test
  void partsRunAtTheSameTimeAndARestartRunsThoseThatFailed() {
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 1005) {
            Probe.hook(label, (each, of) -> {});
            throw new IllegalStateException("once");
          }
        });
    long first = NODE.batches.start("probe-parts", Map.of("label", label), StartMode.AGAIN, "ada");
    var failed = NODE.awaitState(first, BatchState.FAILED);
    assertThat(failed.read()).isBetween(23L, 26L);

    var run = NODE.awaitState(NODE.batches.restart(first, "ada"), BatchState.COMPLETED);

    assertThat(NODE.items(label))
        .isEqualTo(IntStream.range(0, 30).map(n -> 1000 * (n / 10) + n % 10 + 1).boxed().toList());
    assertThat(run.steps())
        .extracting(BatchStep::name)
        .containsExactlyInAnyOrder("count", "count:p1");
    assertThat(run.done()).isEqualTo(30);
    assertThat(run.total()).isEqualTo(30);
    assertThat(run.written()).isEqualTo(7);
  }

  @Test
  void aRangeRunsEachDayAndOnlySoManyAtOnce() {
    var atOnce = new AtomicInteger();
    var most = new AtomicInteger();
    var release = new CountDownLatch(1);
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 1) {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            release.await();
          }
          if (item == 10) {
            atOnce.decrementAndGet();
          }
        });
    long range =
        NODE.batches.startRange(
            "probe",
            LocalDate.parse("2026-11-03"),
            LocalDate.parse("2026-11-09"),
            2,
            Map.of("label", label),
            "ada");
    Awaitility.await("two run").until(() -> atOnce.get() == 2);
    assertThat(NODE.batches.findRange(range).orElseThrow().live()).isEqualTo(2);
    release.countDown();

    Awaitility.await("the range has ended")
        .atMost(Duration.ofSeconds(60))
        .until(() -> NODE.batches.findRange(range).orElseThrow().endedAt() != null);
    assertThat(NODE.batches.findRange(range).orElseThrow())
        .returns(7, each -> each.completed())
        .returns(0, each -> each.failed());
    assertThat(most.get()).isEqualTo(2);
    assertThat(NODE.items(label)).hasSize(70);
    var filter = new BatchFilter("probe", Set.of(BatchState.COMPLETED), null, range, null, null);
    assertThat(NODE.batches.list(filter, null, 50))
        .hasSize(7)
        .extracting(run -> run.parameters().get("from"))
        .doesNotHaveDuplicates();
  }

  @Test
  void aStoppedRangeBeginsNoMoreDays() throws InterruptedException {
    var reached = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Probe.hook(
        label,
        (item, steps) -> {
          reached.countDown();
          release.await();
        });
    var day = LocalDate.parse("2026-11-03");
    long range =
        NODE.batches.startRange("probe", day, day.plusDays(9), 1, Map.of("label", label), "ada");
    reached.await();
    NODE.batches.stopRange(range);
    release.countDown();

    Awaitility.await("the range has ended")
        .until(() -> NODE.batches.findRange(range).orElseThrow().endedAt() != null);
    assertThat(NODE.items(label)).hasSize(10);
    assertThatThrownBy(() -> NODE.batches.stopRange(range)).hasMessageContaining("range: ");
  }

  /** The commit's outcome is unknown to Spring Batch then, and the place in memory is ahead. */
  @Test
  void aConnectionThatBreaksInAChunkLosesAndDoublesNothing() {
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 5) {
            Probe.hook(label, (each, of) -> {});
            int pid =
                steps.db().jdbc().sql("select pg_backend_pid()").query(Integer.class).single();
            NODE.jdbcBeside().sql("select pg_terminate_backend(?)").param(pid).query().singleRow();
          }
        });
    long execution = start();

    long next = NODE.awaitNext(execution);

    NODE.awaitState(next, BatchState.COMPLETED);
    assertThat(NODE.items(label)).isEqualTo(upTo(10));
    assertThat(NODE.find(next).done()).isEqualTo(10);
  }

  @Test
  void listsAreInPagesNewestFirst() {
    long one = start(Map.of(), StartMode.AGAIN);
    NODE.awaitState(one, BatchState.COMPLETED);
    long two = start(Map.of(), StartMode.AGAIN);
    NODE.awaitState(two, BatchState.COMPLETED);

    assertThat(NODE.batches.list(BatchFilter.of("probe"), two + 1, 1))
        .extracting(BatchRun::execution)
        .containsExactly(two);
    assertThat(NODE.batches.list(BatchFilter.of("probe"), two, 200))
        .extracting(BatchRun::execution)
        .contains(one)
        .doesNotContain(two)
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(NODE.batches.list(BatchFilter.of("rollup"), null, 200))
        .extracting(BatchRun::batch)
        .doesNotContain("probe");
  }

  @Test
  void whatEndedLongAgoIsForgottenWithAllItsExecutions() {
    failOnceAtTheEighth();
    long failed = start();
    NODE.awaitState(failed, BatchState.FAILED);
    long restarted = NODE.batches.restart(failed, "bob");
    NODE.awaitState(restarted, BatchState.COMPLETED);
    long recent = start(Map.of(), StartMode.AGAIN);
    NODE.awaitState(recent, BatchState.COMPLETED);

    age(failed);
    assertThat(forget()).as("its restart ended a moment ago").isZero();
    age(restarted);
    assertThat(forget()).isEqualTo(1);

    assertThat(NODE.batches.find(failed)).isEmpty();
    assertThat(NODE.batches.find(restarted)).isEmpty();
    assertThat(NODE.find(recent).figures()).containsEntry("numbers", 10L);
    assertThat(rowsOf(failed, restarted)).isZero();
    assertThat(rowsOf(recent)).isPositive();
  }

  @Test
  void nodesAndRangesOfWhichNoRunIsLeftAreForgotten() {
    NODE.awaitState(start(), BatchState.COMPLETED);
    var gone = UUID.randomUUID();
    NODE.jdbc
        .sql(
            """
            with node as (
              insert into batch_node (id, host, pid, state, lease, heartbeat_at)
              values (:id, 'h', 1, 'dead', '12s', now() - interval '1000 days'))
            insert into batch_range (batch, others, from_day, to_day, next_day, at_once, started_by,
              ended_at)
            values ('probe', '{}', '2020-01-01', '2020-01-01', '2020-01-02', 1, :by,
              now() - interval '1000 days')
            """)
        .param("id", gone)
        .param("by", gone.toString())
        .update();

    RunRetention.over(NODE.db).forgetOwners(Duration.ofDays(999));

    assertThat(count("select count(*) from batch_node where id = ?::uuid", gone)).isZero();
    assertThat(count("select count(*) from batch_range where started_by = ?", gone)).isZero();
    assertThat(count("select count(*) from batch_node where id <> ?::uuid", gone)).isPositive();
  }

  private static int count(String sql, UUID id) {
    return NODE.jdbc.sql(sql).param(id.toString()).query(Integer.class).single();
  }

  private void failOnceAtTheEighth() {
    var failures = new AtomicInteger();
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 8 && failures.getAndIncrement() == 0) {
            throw new IllegalStateException("the eighth is bad");
          }
        });
  }

  private static void age(long execution) {
    NODE.jdbc
        .sql("update batch_run set ended_at = now() - interval '1000 days' where execution = ?")
        .param(execution)
        .update();
  }

  private static int forget() {
    return RunRetention.over(NODE.db).forget(Duration.ofDays(999), 100);
  }

  private static int rowsOf(Long... executions) {
    return NODE.jdbc
        .sql(
            """
            select (select count(*) from springbatch_job_execution where job_execution_id = any(:ids))
              + (select count(*) from springbatch_step_execution where job_execution_id = any(:ids))
              + (select count(*) from springbatch_job_execution_params
                 where job_execution_id = any(:ids))
              + (select count(*) from springbatch_job_execution_context
                 where job_execution_id = any(:ids))
            """)
        .param("ids", executions)
        .query(Integer.class)
        .single();
  }
}
