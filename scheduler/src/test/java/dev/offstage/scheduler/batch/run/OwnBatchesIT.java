package dev.offstage.scheduler.batch.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.client.JobClient;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.servers.Servers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The batches rollup, backfill and redrive. */
class OwnBatchesIT {
  private static final Node NODE = new Node(Servers.shared().springProperties(true, false));

  /** What a roll-up says of each day, and what its events say, counted in another way. */
  private static final String BY_ROLLUP =
      """
      select d.day || ' ' || d.name || ' ' || d.events || ' ' || coalesce(a.actors, 0)
      from (select (slot at time zone 'UTC')::date as day, name, sum(events) as events
            from rollup_count where tenant = :tenant group by 1, 2) d
        left join (select day, count(*) as actors from rollup_active where tenant = :tenant
                   group by 1) a using (day)
      order by 1
      """;

  private static final String BY_EVENTS =
      """
      select d.day || ' ' || d.name || ' ' || d.events || ' ' || a.actors
      from (select (occurred_at at time zone 'UTC')::date as day, name, count(*) as events
            from event where tenant = :tenant group by 1, 2) d
        join (select (occurred_at at time zone 'UTC')::date as day, count(distinct user_id) as actors
              from event where tenant = :tenant group by 1) a using (day)
      order by 1
      """;

  private final String tenant = "t-" + UUID.randomUUID().toString().substring(0, 8);

  @AfterAll
  static void stop() {
    NODE.close();
  }

  @BeforeEach
  void addTenant() {
    NODE.jdbc.sql("insert into tenant (id, name) values (?, ?)").params(tenant, tenant).update();
  }

  private BatchRun run(String batch, Map<String, String> parameters) {
    return NODE.awaitState(start(batch, parameters), BatchState.COMPLETED);
  }

  private static long start(String batch, Map<String, String> parameters) {
    return NODE.batches.start(batch, parameters, StartMode.AGAIN, "ada");
  }

  // rollup ----------------------------------------------------------------------------------------

  private void addEvents(String from, int n, String spacing) {
    NODE.jdbc
        .sql(
            """
            select ensure_event_days(array(select distinct (at at time zone 'UTC')::date
              from (select :from::timestamptz + n * :spacing::interval as at
                    from generate_series(0, :n - 1) n) t))
            """)
        .param("from", from)
        .param("n", n)
        .param("spacing", spacing)
        .query((row, i) -> true)
        .single();
    NODE.jdbc
        .sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              app_version, platform, occurred_at, received_at, clamped, properties)
            select gen_random_uuid(), :tenant, 'shop', '00000000-0000-0000-0000-000000000001',
              'track', 'E' || n % 3, n::text, 'u' || n % 11, '1.0', 'ios', at, at, false, '{}'
            from (select n, :from::timestamptz + n * :spacing::interval as at
                  from generate_series(0, :n - 1) n) e
            """)
        .param("tenant", tenant)
        .param("from", from)
        .param("n", n)
        .param("spacing", spacing)
        .update();
  }

  private List<String> counted(String sql) {
    return NODE.jdbc.sql(sql).param("tenant", tenant).query((row, n) -> row.getString(1)).list();
  }

  private void awaitRange() {
    long range =
        NODE.batches.startRange(
            "rollup",
            LocalDate.parse("2026-03-01"),
            LocalDate.parse("2026-03-05"),
            2,
            Map.of("tenant", tenant),
            "ada");
    Awaitility.await("the range has ended")
        .atMost(Duration.ofSeconds(60))
        .until(() -> NODE.batches.findRange(range).orElseThrow().endedAt() != null);
    assertThat(NODE.batches.findRange(range).orElseThrow().completed()).isEqualTo(5);
  }

  @Test
  void aRangeThatRunsAgainAfterLateEventsCountsWhatPlainSqlCounts() {
    addEvents("2026-03-01T00:05:00Z", 200, "35 minutes");
    awaitRange();
    assertThat(counted(BY_ROLLUP)).isEqualTo(counted(BY_EVENTS)).hasSize(15);

    addEvents("2026-03-02T10:00:00Z", 50, "1 hour");
    NODE.jdbc.sql("delete from event where tenant = ? and user_id = 'u3'").param(tenant).update();
    assertThat(counted(BY_ROLLUP)).isNotEqualTo(counted(BY_EVENTS));
    awaitRange();

    assertThat(counted(BY_ROLLUP)).isEqualTo(counted(BY_EVENTS)).hasSize(15);
  }

  @Test
  void allTenantsAreRolledUpTogether() {
    addEvents("2026-04-01T00:05:00Z", 20, "1 hour");

    var run = run("rollup", Map.of("from", "2026-04-01", "to", "2026-04-02"));

    assertThat(counted(BY_ROLLUP)).isEqualTo(counted(BY_EVENTS)).isNotEmpty();
    assertThat(run.figures().get("hours")).isGreaterThanOrEqualTo(20);
    assertThat(run.done()).isEqualTo(run.total()).isEqualTo(run.read()).isPositive();
  }

  @Test
  void yesterdayIsTheClocks() {
    Probe.now(InstantSource.fixed(Instant.parse("2026-05-02T00:00:01Z")));
    try {
      addEvents("2026-05-01T10:00:00Z", 5, "1 minute");

      var run = run("rollup", Map.of("tenant", tenant));

      assertThat(run.parameters())
          .containsEntry("from", "2026-05-01")
          .containsEntry("to", "2026-05-01");
      assertThat(run.figures()).isEqualTo(Map.of("hours", 1L, "events", 5L));
    } finally {
      Probe.now(InstantSource.system());
    }
  }

  // backfill --------------------------------------------------------------------------------------

  private void addAssets(int n, String mediaType, String day) {
    NODE.jdbc
        .sql(
            """
            insert into asset (id, tenant, owner, blob_key, byte_size, media_type, created_at, ready_at)
            select gen_random_uuid(), ?, 'ada', 'none', 1, ?, ?::timestamptz, now()
            from generate_series(1, ?)
            """)
        .params(tenant, mediaType, day, n)
        .update();
  }

  private void addVariants(int n) {
    NODE.jdbc
        .sql(
            """
            insert into variant (asset_id, name, format, width, height, byte_size, blob_key)
            select id, '512', 'avif', 1, 1, 1, 'none' from asset
            where tenant = ? and media_type = 'image/png' limit ?
            """)
        .params(tenant, n)
        .update();
  }

  @Test
  void backfillEnqueuesForWhatMatchesAndEndsWithItsJobs() {
    addAssets(30, "image/png", "2026-03-02T23:00:00Z");
    addAssets(7, "image/png", "2026-03-03T00:00:00Z");
    addAssets(5, "video/mp4", "2026-03-02T00:00:00Z");
    addVariants(0);
    long execution =
        start(
            "backfill",
            Map.of(
                "tenant",
                tenant,
                "preset",
                "512",
                "format",
                "avif",
                "from",
                "2026-03-01",
                "to",
                "2026-03-02",
                "perSecond",
                "0"));
    Awaitility.await("all are enqueued")
        .atMost(Duration.ofSeconds(30))
        .until(() -> NODE.find(execution).figures().getOrDefault("enqueued", 0L) == 30);
    assertThat(
            counted(
                """
                select distinct kind || ' ' || owner || ' ' || priority || ' '
                  || (payload -> 'variants')::text
                from job where tenant = :tenant
                """))
        .singleElement()
        .asString()
        .startsWith("media.image ada ")
        .endsWith("[{\"format\": \"avif\", \"preset\": \"512\"}]");
    assertThat(NODE.find(execution).state()).isEqualTo(BatchState.RUNNING);
    NODE.jdbc
        .sql(
            """
            update job set state = 'completed', outcome = 'completed', ended_at = now(), due_at = null
            where tenant = ?
            """)
        .param(tenant)
        .update();

    var run = NODE.awaitState(execution, BatchState.COMPLETED);

    assertThat(run.figures()).isEqualTo(Map.of("enqueued", 30L, "completed", 30L));
    assertThat(run.exitMessage()).contains("30 jobs: 30 completed, 0 discarded");
  }

  @Test
  void backfillLeavesAloneWhatHasTheVariantAndCanBeStoppedWhileItWaits() {
    addAssets(10, "image/png", "2026-03-02T00:00:00Z");
    addVariants(4);
    long execution = start("backfill", Map.of("tenant", tenant, "preset", "512", "format", "avif"));
    Awaitility.await("it waits")
        .atMost(Duration.ofSeconds(30))
        .until(() -> NODE.find(execution).steps().size() == 2);
    assertThat(NODE.find(execution).figures()).isEqualTo(Map.of("enqueued", 6L));

    NODE.batches.stop(execution);

    NODE.awaitState(execution, BatchState.STOPPED);
    long next = NODE.batches.restart(execution, "ada");
    NODE.awaitState(next, BatchState.RUNNING);
    assertThat(counted("select count(*) from job where tenant = :tenant")).containsExactly("6");
    NODE.batches.stop(next);
    NODE.awaitState(next, BatchState.STOPPED);
  }

  // redrive ---------------------------------------------------------------------------------------

  private void addDiscarded(String kind, int n) {
    NODE.bean(JobClient.class)
        .offerAll(
            IntStream.range(0, n)
                .mapToObj(i -> NewJob.of(tenant, null, new JobKind(kind), "{}"))
                .toList());
    NODE.jdbc
        .sql(
            """
            update job set state = 'discarded', outcome = 'discarded', ended_at = now(),
              due_at = null, error_reason = 'boom'
            where tenant = ? and kind = ?
            """)
        .params(tenant, kind)
        .update();
  }

  private List<String> states() {
    return counted(
        """
        select kind || ' ' || state || ' ' || count(*) from job where tenant = :tenant
        group by kind, state order by 1
        """);
  }

  @Test
  void redriveOnlyCountsUnlessItIsTold() {
    addDiscarded("a.one", 120);
    addDiscarded("a.two", 5);
    addDiscarded("b.one", 7);

    var dry = run("redrive", Map.of("tenant", tenant, "kind", "a.*", "perSecond", "0"));
    assertThat(dry.figures()).isEqualTo(Map.of("matched", 125L));
    assertThat(states())
        .containsExactly("a.one discarded 120", "a.two discarded 5", "b.one discarded 7");

    var run =
        run(
            "redrive",
            Map.of("tenant", tenant, "kind", "a.*", "perSecond", "0", "dryRun", "false"));
    assertThat(run.figures()).isEqualTo(Map.of("matched", 125L, "redriven", 125L, "refused", 0L));
    assertThat(states())
        .containsExactly("a.one available 120", "a.two available 5", "b.one discarded 7");
  }

  @Test
  void redrivenJobsFallDueOneAfterTheOther() {
    addDiscarded("a.one", 20);

    run("redrive", Map.of("tenant", tenant, "perSecond", "10", "dryRun", "false"));

    assertThat(
            counted(
                """
                select (extract(epoch from max(run_at) - min(run_at)) * 10)::integer from job
                where tenant = :tenant
                """))
        .containsExactly("19");
  }
}
