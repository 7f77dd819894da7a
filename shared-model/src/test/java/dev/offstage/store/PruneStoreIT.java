package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PruneStoreIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private static PruneStore prune;

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
    prune = PruneStore.over(db.db);
  }

  @Test
  void countsAreFoldedAndNoneIsLostOrCountedTwice() {
    prune.foldCounts();
    long before = live();
    db.jobs(3);
    db.jobs(2);
    assertThat(prune.foldCounts()).isEqualTo(2);
    assertThat(prune.foldCounts()).isZero();
    db.jobs(1);
    prune.foldCounts();

    assertThat(live()).isEqualTo(before + 6);
  }

  @Test
  void idempotencyKeysAreForgottenInTheirTimeAndReceiptsLater() {
    db.jdbc
        .sql(
            """
            insert into idempotency_key (tenant, key, fingerprint, job_id, job_state, created_at)
            select 'acme', key, '', gen_random_uuid(), 'available', now() - age
            from (values ('young', interval '1 hour'), ('old', interval '2 days'),
                         ('receipt:a:1', interval '2 days'), ('receipt:a:2', interval '31 days'))
              as k(key, age)
            """)
        .update();

    assertThat(prune.forgetKeys(Duration.ofDays(1), Duration.ofDays(30), 100)).isEqualTo(2);
    assertThat(texts("select key from idempotency_key order by key"))
        .containsExactly("receipt:a:1", "young");
  }

  @Test
  void partsOfPushesAreForgottenOnceThePushHasEndedAndItsTimeIsOver() {
    var live = db.job();
    for (var table : new String[] {"push_part", "push_fanout"}) {
      var columns = table.equals("push_part") ? ", no, job_id, members" : "";
      var values = table.equals("push_part") ? ", 0, gen_random_uuid(), 1" : "";
      db.jdbc
          .sql(
              "insert into %s (push, created_at%s) select p.id, now() - p.age%s from (values"
                      .formatted(table, columns, values)
                  + " (:live::uuid, interval '20 days'),"
                  + " ('00000000-0000-7000-8000-000000000001', interval '20 days'),"
                  + " ('00000000-0000-7000-8000-000000000002', interval '1 day')) as p(id, age)")
          .param("live", live.value())
          .update();
    }

    assertThat(prune.forgetPushes(Duration.ofDays(14), 100)).isEqualTo(2);
    for (var table : new String[] {"push_part", "push_fanout"}) {
      assertThat(texts("select push::text from " + table + " order by 1"))
          .containsExactly("00000000-0000-7000-8000-000000000002", live.toString());
    }
  }

  @Test
  void aUniqueKeyIsForgottenOnceItsPeriodIsOverAndItsHolderHasEnded() {
    var live = db.job();
    db.jdbc
        .sql(
            """
            insert into unique_key (tenant, kind, key, holder, taken_until)
            select 'acme', 'k', key, case when live then :live else gen_random_uuid() end,
                   now() + until
            from (values ('live', true, interval '-1 hour'), ('ended', false, interval '-1 hour'),
                         ('within', false, interval '1 hour'),
                         ('while-live', false, null::interval))
              as k(key, live, until)
            """)
        .param("live", live.value())
        .update();

    assertThat(prune.forgetUniqueKeys(100)).isEqualTo(1);
    assertThat(texts("select key from unique_key where kind = 'k' order by key"))
        .containsExactly("live", "while-live", "within");
  }

  @Test
  void endedWorkflowsAndLinksBetweenJobsThatAreNoMoreAreForgotten() {
    var child = db.job();
    db.jdbc
        .sql(
            """
            insert into workflow (id, tenant, name, on_discard, ended_at)
            values (gen_random_uuid(), 'acme', 'old', 'cancel', now() - interval '15 days'),
                   (gen_random_uuid(), 'acme', 'new', 'cancel', now() - interval '1 day'),
                   (gen_random_uuid(), 'acme', 'live', 'cancel', null)
            """)
        .update();
    db.jdbc
        .sql(
            """
            insert into job_dependency (parent_id, child_id, condition, on_discard)
            values (gen_random_uuid(), uuid7_floor(now() - interval '30 days'), 'ended', 'cancel'),
                   (gen_random_uuid(), :child, 'ended', 'cancel')
            """)
        .param("child", child.value())
        .update();

    assertThat(prune.forgetWorkflows(Duration.ofDays(14), 100)).isEqualTo(2);
    assertThat(texts("select name from workflow order by name")).containsExactly("live", "new");
    assertThat(texts("select child_id::text from job_dependency"))
        .containsExactly(child.toString());
  }

  private static long live() {
    return db.jdbc
        .sql("select coalesce(sum(n), 0) from job_count where tenant = 'acme' and state = 'live'")
        .query(Long.class)
        .single();
  }

  private static List<String> texts(String sql) {
    return db.jdbc.sql(sql).query((row, n) -> row.getString(1)).list();
  }
}
