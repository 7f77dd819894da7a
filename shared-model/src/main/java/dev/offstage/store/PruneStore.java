package dev.offstage.store;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Folds counts, and forgets what nobody can ask for any more. Each verb is one statement and may be
 * repeated; whoever forgets takes a bounded number of rows. Jobs are {@link RetentionStore}'s.
 */
public class PruneStore {
  private final JdbcClient jdbc;

  PruneStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection. */
  public static PruneStore over(Db db) {
    return new PruneStore(db);
  }

  /**
   * Adds what batches have counted to the counts.
   *
   * @return how many differences were folded
   */
  public long foldCounts() {
    // All of them, however many: a plan for some that was made while there were few, as mostly, is
    // one that compares each row with each of those.
    return jdbc.sql(
            """
            with taken as (
              delete from job_count_delta returning tenant, kind, pool, state, n),
            folded as (
              insert into job_count as c (tenant, kind, pool, state, n)
              select tenant, kind, pool, state, sum(n) from taken
              group by 1, 2, 3, 4 having sum(n) <> 0 order by 1, 2, 3, 4
              on conflict (tenant, kind, pool, state) do update set n = c.n + excluded.n)
            select count(*) from taken
            """)
        .query(Long.class)
        .single();
  }

  /**
   * Forgets idempotency keys.
   *
   * @param after how long their answers are repeated
   * @param receiptsAfter how long those of devices' receipts are
   */
  public int forgetKeys(Duration after, Duration receiptsAfter, int limit) {
    return jdbc.sql(
            """
            delete from idempotency_key
            where ctid = any(array(
              (select ctid from idempotency_key
               where created_at < now() - :receiptsMs * interval '1 ms'
               order by created_at limit :limit)
              union all
              (select ctid from idempotency_key
               where created_at < now() - :afterMs * interval '1 ms'
                 and created_at >= now() - :receiptsMs * interval '1 ms'
                 and key not like 'receipt:%'
               order by created_at limit :limit)))
            """)
        .param("afterMs", after.toMillis())
        .param("receiptsMs", receiptsAfter.toMillis())
        .param("limit", limit)
        .update();
  }

  /** Forgets unique keys whose period is over and whose holder has ended. */
  public int forgetUniqueKeys(int limit) {
    // That taken_until is asked for matters: whoever takes the key meanwhile has set another.
    return jdbc.sql(
            """
            delete from unique_key u
            where u.taken_until < now() and u.next is null
              and (u.tenant, u.kind, u.key) in (
                select o.tenant, o.kind, o.key from unique_key o
                where o.taken_until < now() and o.next is null
                  and not exists
                    (select from job j where j.id = o.holder and j.ended_at is null)
                limit :limit)
            """)
        .param("limit", limit)
        .update();
  }

  /**
   * Forgets workflows that ended long ago, and who waited for whom among jobs that are no more.
   *
   * @param after how long jobs are kept
   */
  public int forgetWorkflows(Duration after, int limit) {
    return jdbc.sql(
                """
                delete from workflow
                where id in (select id from workflow
                  where ended_at < now() - :afterMs * interval '1 ms' limit :limit)
                """)
            .param("afterMs", after.toMillis())
            .param("limit", limit)
            .update()
        + jdbc.sql(
                """
                delete from job_dependency
                where (parent_id, child_id) in (
                  select d.parent_id, d.child_id from job_dependency d
                  where d.child_id < uuid7_floor(now() - :afterMs * interval '1 ms')
                    and not exists (select from job c where c.id = d.child_id)
                  order by d.child_id limit :limit)
                """)
            .param("afterMs", after.toMillis())
            .param("limit", limit)
            .update();
  }

  /**
   * Forgets what became of the parts of pushes that began so long ago and have ended, with their
   * jobs or before them.
   *
   * @return how many parts and pushes, at most so many of each
   */
  public int forgetPushes(Duration keep, int limit) {
    return forgetPushes("push_part", keep, limit) + forgetPushes("push_fanout", keep, limit);
  }

  private int forgetPushes(String table, Duration keep, int limit) {
    return jdbc.sql(
            """
            delete from %1$s where ctid = any(array(
              select p.ctid from %1$s p
              where p.created_at < now() - :keep * interval '1 ms'
                and not exists (select from job j where j.id = p.push and j.outcome is null)
              limit :limit))
            """
                .formatted(table))
        .param("keep", keep.toMillis())
        .param("limit", limit)
        .update();
  }
}
