package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.BatchFilter;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchSkip;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.BatchStep;
import dev.offstage.store.Db;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What operators see of executions. */
final class RunQueries {
  /** Of one execution; those of partitioned steps are many. */
  private static final int MOST_STEPS = 1000;

  /**
   * A step that has parts has their counts when they have ended, and none before: so its parts are
   * counted, and it is not. The times in Spring Batch's tables are of its node's zone: differences
   * of them hold, and where it began is told from the execution's. Parts that have not begun are
   * taken to be as large as those that have, so that progress is none of the first few's.
   */
  private static final String RUNS =
      """
      with wanted as (
        select r.*, e.status, e.exit_code, e.exit_message, n.host || ':' || n.pid as node_name,
          case when r.ended_at is null and r.node is null then 'WAITING'
               when r.ended_at is null and r.stop then 'STOPPING'
               when r.ended_at is null then 'RUNNING'
               when e.status in ('COMPLETED', 'STOPPED', 'ABANDONED') then e.status
               else 'FAILED' end as state
        from batch_run r join springbatch_job_execution e on e.job_execution_id = r.execution
          left join batch_node n on n.id = r.node
        where (:execution::bigint is null or r.execution = :execution)
          and (:batch::text is null or r.batch = :batch)
          and (:tenant::text is null or r.parameters ->> 'tenant' = :tenant)
          and (:range::bigint is null or r.range = :range)
          and (:from::timestamptz is null or r.created_at >= :from::timestamptz)
          and (:to::timestamptz is null or r.created_at < :to::timestamptz)
          and (:before::bigint is null or r.execution < :before))
      select w.*, s.read, s.written, s.skipped, p.done, p.total, f.figures,
        (extract(epoch from coalesce(w.ended_at, now()) - w.started_at) * 1000)::bigint
          as duration_ms
      from wanted w
        cross join lateral (
          select coalesce(sum(read_count), 0) as read, coalesce(sum(write_count), 0) as written,
            coalesce(sum(read_skip_count + process_skip_count + write_skip_count), 0) as skipped
          from springbatch_step_execution s
          where s.job_execution_id = w.execution
            and not exists (select from springbatch_step_execution part
              where part.job_execution_id = w.execution
                and starts_with(part.step_name, s.step_name || ':'))) s
        cross join lateral (
          select coalesce(sum(least(done, total)), 0) as done,
            coalesce(sum(total), 0) + coalesce(avg(total) filter (where step like '%:%'), 0)::bigint
              * (select count(*) from springbatch_step_execution part
                 where part.job_execution_id = w.execution and part.step_name like '%:%'
                   and part.status = 'STARTING'
                   and not exists (select from batch_progress known
                     where known.instance = w.instance and known.step = part.step_name
                       and known.total is not null)) as total
          from batch_progress where instance = w.instance and total is not null) p
        cross join lateral (
          select coalesce(jsonb_object_agg(name, amount), '{}') as figures
          from batch_figure where instance = w.instance) f
      where cardinality(:states::text[]) = 0 or w.state = any(:states::text[])
      order by w.execution desc limit :limit
      """;

  private final JdbcClient jdbc;

  RunQueries(Db db) {
    this.jdbc = db.jdbc();
  }

  Optional<BatchRun> find(long execution) {
    return runs(BatchFilter.ALL, execution, null, 1, true).stream().findFirst();
  }

  /** Without the parts of partitioned steps. */
  List<BatchRun> list(BatchFilter filter, @Nullable Long before, int limit) {
    return runs(filter, null, before, limit, false);
  }

  private List<BatchRun> runs(
      BatchFilter filter,
      @Nullable Long execution,
      @Nullable Long before,
      int limit,
      boolean parts) {
    var steps = new HashMap<Long, List<BatchStep>>();
    var runs =
        jdbc.sql(RUNS)
            .param("execution", execution)
            .param("batch", filter.batch())
            .param("tenant", filter.tenant())
            .param("range", filter.range())
            .param("from", filter.from() == null ? null : filter.from().toString())
            .param("to", filter.to() == null ? null : filter.to().toString())
            .param("before", before)
            .param("states", filter.states().stream().map(BatchState::name).toArray(String[]::new))
            .param("limit", limit)
            .query(
                (row, n) ->
                    RunRows.run(
                        row,
                        steps.computeIfAbsent(row.getLong("execution"), id -> new ArrayList<>())))
            .list();
    fill(steps, parts);
    return runs;
  }

  private void fill(Map<Long, List<BatchStep>> steps, boolean parts) {
    if (steps.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            select s.*, r.execution, coalesce(p.done, 0) as done, p.total,
              s.read_skip_count + s.process_skip_count + s.write_skip_count as skip_count,
              exists (select from springbatch_step_execution part
                where part.job_execution_id = s.job_execution_id
                  and starts_with(part.step_name, s.step_name || ':')) as partitioned,
              r.started_at + (s.start_time - e.start_time) as began_at,
              (extract(epoch from coalesce(s.end_time - s.start_time,
                now() - (r.started_at + (s.start_time - e.start_time)))) * 1000)::bigint
                as duration_ms
            from springbatch_step_execution s
              join springbatch_job_execution e on e.job_execution_id = s.job_execution_id
              join batch_run r on r.execution = s.job_execution_id
              left join batch_progress p on p.instance = r.instance and p.step = s.step_name
            where s.job_execution_id = any(:executions)
              and (:parts or position(':' in s.step_name) = 0)
            order by s.job_execution_id, s.step_execution_id limit :limit
            """)
        .param("executions", steps.keySet().stream().mapToLong(each -> each).toArray())
        .param("parts", parts)
        .param("limit", MOST_STEPS)
        .query(
            row -> {
              var of = steps.get(row.getLong("execution"));
              if (of != null) {
                of.add(RunRows.step(row, 0));
              }
            });
  }

  List<BatchSkip> skips(long execution, @Nullable Long after, int limit) {
    return jdbc.sql(
            """
            select s.*, r.batch from batch_run r join batch_skip s on s.instance = r.instance
            where r.execution = :execution and s.execution <= r.execution
              and s.id > coalesce(:after::bigint, 0)
            order by s.id limit :limit
            """)
        .param("execution", execution)
        .param("after", after)
        .param("limit", limit)
        .query(RunRows::skip)
        .list();
  }
}
