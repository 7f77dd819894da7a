package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.store.RetentionStore.Fate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RetentionStoreIT {
  private static final Duration KEEP = Duration.ofDays(14);

  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private static RetentionStore retention;

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
    retention = RetentionStore.over(db.db);
  }

  @Test
  void aDayOfWhichEveryJobEndedLongAgoIsDropped() {
    var day = day(20);
    var id = insert(20, "20 days");

    assertThat(retention.oldDays(KEEP)).contains(day);
    assertThat(retention.forget(day, KEEP, 100)).isEqualTo(Fate.DROPPED);

    assertThat(there(id)).isFalse();
    assertThat(retention.oldDays(KEEP)).doesNotContain(day);
    db.jdbc.sql("select ensure_job_partitions(7)").query((row, n) -> n).list();
    assertThat(tables("job%_" + day)).isEmpty();
  }

  @Test
  void aDayThatIsNotWhollyOldIsLeftAlone() {
    assertThat(retention.oldDays(KEEP)).doesNotContain(day(14), day(13), day(0));
    insert(14, "13 days");
    assertThat(retention.oldDays(KEEP)).doesNotContain(day(14));
  }

  @Test
  void liveJobsInAnOldPartitionAreKeptAndCanBeClaimed() {
    var day = day(30);
    var ended = insert(30, "30 days");
    var endedLate = insert(30, "1 day");
    var live = insert(30, null);
    var scheduled = insert(30, null);
    db.jdbc
        .sql("update job set due_at = now() + interval '1 day' where id = ?")
        .param(scheduled.value())
        .update();
    for (var id : List.of(ended, live)) {
      db.jdbc
          .sql("insert into job_step (job_id, name, result) values (?, 'one', '1')")
          .param(id.value())
          .update();
    }

    assertThat(retention.forget(day, KEEP, 100)).isEqualTo(Fate.TRIMMED);
    assertThat(retention.forget(day, KEEP, 100)).isEqualTo(Fate.KEPT);

    assertThat(there(ended)).isFalse();
    assertThat(db.find(endedLate).state()).isEqualTo(JobState.COMPLETED);
    assertThat(db.find(scheduled).dueAt()).isNotNull();
    assertThat(
            db.jdbc
                .sql("select job_id from job_step")
                .query((row, n) -> row.getObject(1, UUID.class))
                .list())
        .containsExactly(live.value());
    var worker = db.worker();
    assertThat(db.claim(worker, live, 0)).hasSize(1);
    assertThat(
            db.dispatch.look("default", 10, Duration.ofSeconds(30)).due().stream().map(DueJob::id))
        .doesNotContain(scheduled, ended);
    var settled =
        db.jobs.settle(
            worker, List.of(new Settlement(live, 1, JobState.COMPLETED, true, null, "{}", null)));
    assertThat(settled.standing()).containsExactly(live);
  }

  @Test
  void aDayThatKeepsManyLosesTheOthersInBatches() {
    var day = day(40);
    var kept = IntStream.range(0, 3).mapToObj(n -> insert(40, null)).toList();
    var ended = IntStream.range(0, 5).mapToObj(n -> insert(40, "40 days")).toList();
    var careful = RetentionStore.over(db.db, 2);

    assertThat(careful.forget(day, KEEP, 3)).isEqualTo(Fate.LESSENED);
    assertThat(careful.forget(day, KEEP, 3)).isEqualTo(Fate.TRIMMED);

    assertThat(kept).allMatch(RetentionStoreIT::there);
    assertThat(ended).noneMatch(RetentionStoreIT::there);
  }

  @Test
  void aPartitionInUseIsLeftForLaterAndKeepsNobodyWaiting() throws SQLException {
    var day = day(50);
    var id = insert(50, "50 days");
    try (var user = db.dataSource.getConnection()) {
      user.setAutoCommit(false);
      try (var read = user.prepareStatement("update job set version = version + 1 where id = ?")) {
        read.setObject(1, id.value());
        // The index must be there already: its making would wait for this transaction.
        retentionIndex(day);
        read.executeUpdate();
      }
      long from = System.nanoTime();
      assertThat(retention.forget(day, KEEP, 100)).isEqualTo(Fate.IN_USE);
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
      user.rollback();
    }
    assertThat(there(id)).isTrue();
    assertThat(retention.forget(day, KEEP, 100)).isEqualTo(Fate.DROPPED);
  }

  private static void retentionIndex(String day) {
    db.jdbc
        .sql(
            "create index job_%1$s_ended on job_%1$s (ended_at) where ended_at is not null"
                .formatted(day))
        .update();
  }

  private static String day(int daysAgo) {
    return db.jdbc
        .sql("select to_char((now() at time zone 'UTC')::date - :days, 'YYYYMMDD')")
        .param("days", daysAgo)
        .query(String.class)
        .single();
  }

  /** A job made so many days ago, in a partition of that day, which ended so long ago or lives. */
  private static JobId insert(int daysAgo, @Nullable String endedAgo) {
    db.jdbc
        .sql(
            """
            with day as (select (now() at time zone 'UTC')::date - :days as d)
            insert into job_partition (name, from_at, to_at)
            select 'job_' || to_char(d, 'YYYYMMDD'), d::timestamp at time zone 'UTC',
                   (d + 1)::timestamp at time zone 'UTC' from day
            on conflict do nothing
            """)
        .param("days", daysAgo)
        .update();
    db.jdbc
        .sql(
            """
            select make_job_partition('job', d, ''), make_job_partition('job_step', d, ''),
                   make_job_partition('job_log', d, ''), make_job_partition('webhook_delivery', d, ''),
                   make_job_partition('webhook_attempt', d, ''), make_job_partition('call_wait', d, '')
            from (select (now() at time zone 'UTC')::date - :days as d) day
            """)
        .param("days", daysAgo)
        .query((row, n) -> n)
        .list();
    return db.jdbc
        .sql(
            """
            insert into job (id, tenant, kind, pool, priority, state, outcome, due_at, ended_at,
                             max_attempts, payload, timeout)
            select (substr(uuid7_floor((((now() at time zone 'UTC')::date - :days)::timestamp
                        at time zone 'UTC') + interval '1 hour')::text, 1, 14)
                      || substr(gen_random_uuid()::text, 15))::uuid,
                   'acme', 'test.work', 'default', 1,
                   case when :ended::text is null then 'available' else 'completed' end,
                   case when :ended::text is not null then 'completed' end,
                   case when :ended::text is null then now() end,
                   now() - :ended::text::interval, 5, '{}', '1 min'
            returning id
            """)
        .param("days", daysAgo)
        .param("ended", endedAgo)
        .query(JobRows::id)
        .single();
  }

  private static boolean there(JobId id) {
    return db.jobs.find(id, "acme", null).isPresent();
  }

  private static List<String> tables(String pattern) {
    return db.jdbc
        .sql("select relname from pg_class where relkind = 'r' and relname like ?")
        .param(pattern)
        .query((row, n) -> row.getString(1))
        .list();
  }
}
