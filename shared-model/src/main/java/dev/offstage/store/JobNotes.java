package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What handlers leave on their job beside its end: log lines, and the results of steps. Kept with
 * the job, and written only while the claim stands that they come from.
 */
@Repository
public class JobNotes {
  private final JdbcClient jdbc;

  JobNotes(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection pool. */
  public static JobNotes over(Db db) {
    return new JobNotes(db);
  }

  /**
   * Lines that an attempt wrote.
   *
   * @param firstLine the number of the first one, from 1 within the claim
   */
  public record Lines(WorkerId worker, JobId job, int claimNo, int firstLine, List<String> lines) {}

  /** A line of a job's log. */
  public record LogLine(int claimNo, int lineNo, Instant at, String line) {}

  /**
   * A step that is done.
   *
   * @param result JSON text; null for none
   */
  public record Step(String name, @Nullable String result, Instant at) {}

  /** Writes lines of attempts, each if it still owns its job. May be repeated. */
  public void log(List<Lines> chunks) {
    var workers = new ArrayList<UUID>();
    var jobs = new ArrayList<UUID>();
    var claimNos = new ArrayList<Integer>();
    var lineNos = new ArrayList<Integer>();
    var lines = new ArrayList<String>();
    for (var chunk : chunks) {
      for (int i = 0; i < chunk.lines().size(); i++) {
        workers.add(chunk.worker().value());
        jobs.add(chunk.job().value());
        claimNos.add(chunk.claimNo());
        lineNos.add(chunk.firstLine() + i);
        lines.add(chunk.lines().get(i));
      }
    }
    jdbc.sql(
            """
            insert into job_log (job_id, claim_no, line_no, line)
            select l.job_id, l.claim_no, l.line_no, l.line
            from unnest(:workers::uuid[], :jobs::uuid[], :claimNos::int[], :lineNos::int[],
                    :lines::text[]) as l(worker, job_id, claim_no, line_no, line)
              join job j on j.id = l.job_id and j.claim_no = l.claim_no and j.worker = l.worker
            where j.id = any(:jobs::uuid[]) and j.state = 'running'
            on conflict do nothing
            """)
        .param("workers", texts(workers, UUID::toString))
        .param("jobs", texts(jobs, UUID::toString))
        .param("claimNos", claimNos.toArray(Integer[]::new))
        .param("lineNos", lineNos.toArray(Integer[]::new))
        .param("lines", lines.toArray(String[]::new))
        .update();
  }

  /**
   * A job's log in the order of its writing.
   *
   * @param afterClaimNo and {@code afterLineNo}: the line that was read last; 0 and 0 to begin
   */
  public List<LogLine> log(JobId job, int afterClaimNo, int afterLineNo, int limit) {
    return jdbc.sql(
            """
            select claim_no, line_no, at, line from job_log
            where job_id = :job and (claim_no, line_no) > (:claimNo, :lineNo)
            order by claim_no, line_no limit :limit
            """)
        .param("job", job.value())
        .param("claimNo", afterClaimNo)
        .param("lineNo", afterLineNo)
        .param("limit", limit)
        .query(
            (row, n) ->
                new LogLine(
                    row.getInt("claim_no"),
                    row.getInt("line_no"),
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    row.getString("line")))
        .list();
  }

  /**
   * Keeps what a step came to. Locks the job's row until that is committed, so that no successor
   * can claim the job meanwhile and read the steps without this one. May be repeated.
   *
   * @param result JSON text; null for none
   * @return false if the attempt no longer owns the job: nothing was kept
   */
  public boolean step(
      WorkerId worker, JobId job, int claimNo, String name, @Nullable String result) {
    return jdbc.sql(
            """
            with mine as materialized (
              select id from job
              where id = :job and claim_no = :claimNo and worker = :worker and state = 'running'
              for share),
            kept as (
              insert into job_step (job_id, name, result)
              select id, :name, :result::jsonb from mine
              on conflict (job_id, name) do nothing)
            select id from mine
            """)
        .param("job", job.value())
        .param("claimNo", claimNo)
        .param("worker", worker.value())
        .param("name", name)
        .param("result", result)
        .query(JobRows::id)
        .optional()
        .isPresent();
  }

  /** The steps of a job that are done, in the order of their ends. */
  public List<Step> steps(JobId job) {
    return jdbc.sql(
            """
            select name, result::text as result, created_at from job_step
            where job_id = :job order by created_at, name
            """)
        .param("job", job.value())
        .query(
            (row, n) ->
                new Step(
                    row.getString("name"),
                    row.getString("result"),
                    row.getObject("created_at", OffsetDateTime.class).toInstant()))
        .list();
  }

  /**
   * The results of the jobs that a job waited for, each under its name in the workflow, or its id
   * where it has none. Those that ended without a result are not there.
   *
   * @return JSON texts
   */
  public Map<String, String> parentResults(JobId job) {
    var results = new LinkedHashMap<String, String>();
    jdbc.sql(
            """
            select coalesce(p.workflow_ref, p.id::text) as ref, p.result::text as result
            from job_dependency d join job p on p.id = d.parent_id
            where d.child_id = :job and p.result is not null
            order by p.id
            """)
        .param("job", job.value())
        .query(
            row -> {
              results.put(row.getString("ref"), row.getString("result"));
            });
    return results;
  }
}
