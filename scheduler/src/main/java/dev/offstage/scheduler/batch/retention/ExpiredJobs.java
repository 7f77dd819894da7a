package dev.offstage.scheduler.batch.retention;

import dev.offstage.retention.RetentionKind;
import dev.offstage.store.Db;
import dev.offstage.store.JobErasure;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Jobs that ended long enough ago, of days that lie as far back. */
final class ExpiredJobs implements Expired {
  private final JdbcClient jdbc;
  private final JobErasure erasure;
  private final Duration standard;

  ExpiredJobs(Db db, Duration standard) {
    this.jdbc = db.jdbc();
    this.erasure = JobErasure.over(db);
    this.standard = standard;
  }

  @Override
  public RetentionKind kind() {
    return RetentionKind.JOBS;
  }

  @Override
  public Duration standard() {
    return standard;
  }

  @Override
  public String tables() {
    return "select name, to_at from job_partition";
  }

  @Override
  public long count(Share share) {
    return jdbc.sql(
            """
            select count(*) from %s
            where tenant = :tenant and outcome is not null and ended_at < :cutoff
            """
                .formatted(share.table()))
        .param("tenant", share.tenant())
        .param("cutoff", share.cutoff())
        .query(Long.class)
        .single();
  }

  @Override
  public int take(Share share, int limit) {
    // A tenant's kinds are known from their counts, so that an index finds the jobs.
    List<UUID> jobs =
        jdbc.sql(
                """
                select j.id
                from (select distinct kind from job_count where tenant = :tenant) k,
                  lateral (select id from %s
                           where tenant = :tenant and kind = k.kind and outcome is not null
                             and ended_at < :cutoff
                           limit :limit for no key update skip locked) j
                limit :limit
                """
                    .formatted(share.table()))
            .param("tenant", share.tenant())
            .param("cutoff", share.cutoff())
            .param("limit", limit)
            .query((row, n) -> row.getObject(1, UUID.class))
            .list();
    erasure.erase(jobs);
    return jobs.size();
  }
}
