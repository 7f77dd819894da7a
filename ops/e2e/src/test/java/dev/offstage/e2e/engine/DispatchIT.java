package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.servers.Servers;
import dev.offstage.store.EnqueueStore;
import dev.offstage.store.JobIds;
import dev.offstage.store.JobRow;
import dev.offstage.store.JobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the scheduler decides, seen from outside: who runs, when, and who does not. */
class DispatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path blobs;

  @SuppressWarnings("NullAway.Init")
  private static Map<String, String> servers;

  @SuppressWarnings("NullAway.Init")
  private static ConfigurableApplicationContext context;

  @BeforeAll
  static void start() {
    servers = Servers.shared().springProperties(true, true);
    context =
        Applications.start(
            servers,
            blobs,
            "--offstage.dispatch.park-after=1s",
            "--offstage.worker.pools.default.slots=4");
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @Test
  void aTenantWithThousandsOfJobsDoesNotDelayAnothersSingleOne() {
    // 4 slots at 20 ms are some 200 jobs a second: these would take 20 s.
    insert(4_000, "greedy", "{\"millis\":20}", Priority.NORMAL);
    await().atMost(PATIENCE).until(() -> completed("greedy") >= 400);

    long before = completed("greedy");
    var single = insert(1, "modest", "{}", Priority.NORMAL).getFirst();
    ended(single);

    // Two seconds of work, and what ends until somebody looks.
    assertThat(completed("greedy") - before).isLessThan(1_500);
    jdbc().sql("delete from job where tenant = 'greedy' and state <> 'running'").update();
  }

  @Test
  void aKindThatNobodyRunsWaitsAndIsShownUntilAWorkerComes() {
    var job = NewJob.of("acme", null, new JobKind("probe.late"), "{}");
    var lost = insert(List.of(job)).getFirst();
    await().atMost(PATIENCE).until(() -> gateOf(lost).equals("worker:probe.late@1"));

    var other = insert(1, "acme", "{}", Priority.NORMAL).getFirst();
    assertThat(ended(other).state()).isEqualTo(JobState.COMPLETED);
    assertThat(find(lost).state()).isEqualTo(JobState.AVAILABLE);

    // As a worker that registers; it runs nothing, so the job is ticketed again and again.
    jdbc()
        .sql(
            """
            insert into worker (id, host, pid, kinds, versions, lacks, lease)
            values (gen_random_uuid(), 'test', 1, array['probe.late'], array[1], '{}', '1 min')
            """)
        .update();
    await().atMost(PATIENCE).until(() -> gateOf(lost).isEmpty());
    assertThat(find(lost).dueAt()).isNotNull();
    assertThat(count("select count(*) from gate where id = 'worker:probe.late@1'")).isZero();
  }

  @Test
  void aJobThatIsNotRunInTimeIsDiscarded() {
    var job =
        NewJob.builder("acme", ProbeHandlers.PROBE, "{}")
            .delay(Duration.ofHours(1))
            .expiresAt(now().plusMillis(1_500))
            .build();
    var ended = ended(insert(List.of(job)).getFirst());

    assertThat(ended.state()).isEqualTo(JobState.DISCARDED);
    assertThat(ended.failure()).extracting(JobFailure::reason).isEqualTo("expired");
    assertThat(endedAt(ended)).isAfterOrEqualTo(expiry(ended));
  }

  @Test
  void delayedJobsStartNotBeforeTheirTime(TestReporter reporter) {
    var jobs =
        IntStream.range(0, 200)
            .mapToObj(
                n ->
                    NewJob.builder("punctual", ProbeHandlers.PROBE, "{}")
                        .delay(Duration.ofMillis(2_000 + n * 20L))
                        .build())
            .toList();
    var ids = insert(jobs);
    await().atMost(PATIENCE).until(() -> completed("punctual") == 200);

    var late =
        jdbc()
            .sql(
                """
                select min(ms) as least, percentile_disc(0.99) within group (order by ms) as p99
                from (select (extract(epoch from started_at - run_at) * 1000)::bigint as ms
                      from job where tenant = 'punctual') j
                """)
            .query((row, n) -> Map.entry(row.getLong("least"), row.getLong("p99")))
            .single();
    assertThat(ids).hasSize(200);
    assertThat(late.getKey()).isNotNegative();
    reporter.publishEntry("late, p99 of 200", late.getValue() + " ms");
  }

  @Test
  void aRateOfStartsIsKept(TestReporter reporter) {
    jdbc()
        .sql(
            """
            insert into gate (id, scope, name, rule, rate, per)
            values ('tenant:paced', 'tenant', 'paced', true, 50, '1 second')
            """)
        .update();
    var ids = insert(200, "paced", "{}", Priority.NORMAL);
    await().atMost(PATIENCE).until(() -> completed("paced") == 200);

    var seconds =
        jdbc()
            .sql(
                """
                select extract(epoch from max(started_at) - min(started_at))::float8
                from job where tenant = 'paced'
                """)
            .query(Double.class)
            .single();
    assertThat(ids).hasSize(200);
    reporter.publishEntry("starts a second, of 50", "%.1f".formatted(200 / seconds));
    assertThat(200 / seconds).as("starts a second").isLessThan(51.0);
  }

  @Test
  void aPausedPoolSendsNothingUntilItIsResumed() {
    jdbc()
        .sql(
            """
            insert into gate (id, scope, name, rule, paused)
            values ('pool:media', 'pool', 'media', true, true)
            """)
        .update();
    var job = NewJob.of("acme", null, new JobKind("media.none"), "{}");
    var row = JobRow.of(context.getBean(JobIds.class).next(), job, "media", null);
    context.getBean(EnqueueStore.class).insert(List.of(row));

    await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> gateOf(row.id()).isEmpty());
    jdbc().sql("delete from gate where id = 'pool:media'").update();
    await().atMost(PATIENCE).until(() -> gateOf(row.id()).equals("worker:media.none@1"));
  }

  private static List<JobId> insert(int count, String tenant, String payload, Priority priority) {
    var job = NewJob.builder(tenant, ProbeHandlers.PROBE, payload).priority(priority).build();
    return insert(Collections.nCopies(count, job));
  }

  private static List<JobId> insert(List<NewJob> jobs) {
    var ids = context.getBean(JobIds.class);
    var rows = new ArrayList<JobRow>();
    jobs.forEach(job -> rows.add(JobRow.of(ids.next(), job, "default", null)));
    context.getBean(EnqueueStore.class).insert(rows);
    return rows.stream().map(JobRow::id).toList();
  }

  private static Instant endedAt(Job job) {
    var at = job.endedAt();
    assertThat(at).isNotNull();
    return at;
  }

  private static Instant expiry(Job job) {
    var at = job.expiresAt();
    assertThat(at).isNotNull();
    return at;
  }

  private static Instant now() {
    return jdbc()
        .sql("select now()")
        .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
        .single();
  }

  private static long completed(String tenant) {
    return jdbc()
        .sql("select count(*) from job where tenant = ? and state = 'completed'")
        .param(tenant)
        .query(Long.class)
        .single();
  }

  private static long count(String sql) {
    return jdbc().sql(sql).query(Long.class).single();
  }

  /** Where a job waits; empty for nowhere. */
  private static String gateOf(JobId id) {
    return jdbc()
        .sql("select gate from parked where job_id = ?")
        .param(id.value())
        .query(String.class)
        .optional()
        .orElse("");
  }

  private static JdbcClient jdbc() {
    return context.getBean(JdbcClient.class);
  }

  private static Job find(JobId id) {
    return context.getBean(JobStore.class).findAll(List.of(id)).getFirst();
  }

  private static Job ended(JobId id) {
    return await().atMost(PATIENCE).until(() -> find(id), job -> job.state().isTerminal());
  }
}
