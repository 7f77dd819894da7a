package dev.offstage.scheduler.batch.run;

import dev.offstage.store.Db;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Forgets runs that ended long ago, and what is known of them besides: Spring Batch's rows,
 * figures, skips and findings. Certificates stay. What a run completed may be started for the same
 * parameters again once it is forgotten.
 */
public final class RunRetention {
  /**
   * Whose every execution has ended. Where one is restarted at this very moment, this statement or
   * the restart fails as a whole.
   */
  private static final String FORGET =
      """
      with old as materialized (
        select job_instance_id as instance from springbatch_job_instance
        where job_instance_id in (
          select instance from batch_run group by instance
          having count(*) = count(ended_at)
            and max(ended_at) < now() - :keepMs * interval '1 ms')
        order by job_instance_id limit :limit for update skip locked),
      execution as materialized (
        select job_execution_id as id from springbatch_job_execution
        where job_instance_id in (select instance from old)),
      step as materialized (
        select step_execution_id as id from springbatch_step_execution
        where job_execution_id in (select id from execution)),
      finding as (delete from storage_finding where run in (select instance from old)),
      job as (delete from batch_job where instance in (select instance from old)),
      skip as (delete from batch_skip where instance in (select instance from old)),
      figure as (delete from batch_figure where instance in (select instance from old)),
      progress as (delete from batch_progress where instance in (select instance from old)),
      step_context as (
        delete from springbatch_step_execution_context
        where step_execution_id in (select id from step)),
      steps as (
        delete from springbatch_step_execution where step_execution_id in (select id from step)),
      context as (
        delete from springbatch_job_execution_context
        where job_execution_id in (select id from execution)),
      params as (
        delete from springbatch_job_execution_params
        where job_execution_id in (select id from execution)),
      run as (delete from batch_run where instance in (select instance from old)),
      executions as (
        delete from springbatch_job_execution where job_execution_id in (select id from execution)),
      instances as (
        delete from springbatch_job_instance
        where job_instance_id in (select instance from old))
      select count(*) from old
      """;

  private final JdbcClient jdbc;

  private RunRetention(Db db) {
    this.jdbc = db.jdbc();
  }

  public static RunRetention over(Db db) {
    return new RunRetention(db);
  }

  /**
   * Forgets runs of which nothing has happened for {@code keep}.
   *
   * @return how many, at most {@code limit}
   */
  public int forget(Duration keep, int limit) {
    return jdbc.sql(FORGET)
        .param("keepMs", keep.toMillis())
        .param("limit", limit)
        .query(Integer.class)
        .single();
  }

  /** Forgets ranges and nodes that are over for as long, and of which no run is left. */
  public void forgetOwners(Duration keep) {
    jdbc.sql(
            """
            with range as (
              delete from batch_range g
              where g.ended_at < now() - :keepMs * interval '1 ms'
                and not exists (select from batch_run r where r.range = g.id))
            delete from batch_node n
            where n.state <> 'alive' and n.heartbeat_at < now() - :keepMs * interval '1 ms'
              and not exists (select from batch_run r where r.node = n.id)
            """)
        .param("keepMs", keep.toMillis())
        .update();
  }
}
