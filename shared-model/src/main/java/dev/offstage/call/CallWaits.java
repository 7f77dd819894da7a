package dev.offstage.call;

import dev.offstage.job.JobId;
import dev.offstage.store.Db;
import dev.offstage.store.Touched;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Calls whose endpoint may finish the job later. Each claim opens one before it calls; any that is
 * still open finishes the job, whichever claim it is of: a worker may die while its call is under
 * way.
 */
@Repository
public class CallWaits {
  /**
   * Lets a job that waits run for its answer. One that runs just now is left for the next time: it
   * is about to wait.
   */
  private static final String WAKE =
      """
      with answered as (
        select w.job_id, w.claim_no, j.state from call_wait w join job j on j.id = w.job_id
        where %s and w.answered_at is not null and not w.woken
          and j.state <> 'running'),
      woken as (
        update job j set due_at = now(), version = j.version + 1
        from answered a
        where j.id = a.job_id and j.state in ('scheduled', 'retryable') and j.due_at > now()
          and j.due_at < 'infinity'
        returning j.id, j.pool),
      noted as (
        update call_wait w set woken = true from answered a
        where w.job_id = a.job_id and w.claim_no = a.claim_no)
      select id, pool from woken
      """;

  private final JdbcClient jdbc;

  CallWaits(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection. */
  public static CallWaits over(Db db) {
    return new CallWaits(db);
  }

  /** Before a claim calls: its token counts from now on. */
  public void open(JobId job, int claimNo, CallToken token, Duration within) {
    jdbc.sql(
            """
            insert into call_wait (job_id, claim_no, token_hash, within)
            values (:job, :claimNo, :hash, :withinMs * interval '1 ms')
            on conflict do nothing
            """)
        .param("job", job.value())
        .param("claimNo", claimNo)
        .param("hash", token.hash())
        .param("withinMs", within.toMillis())
        .update();
  }

  /**
   * How a job's calls stand.
   *
   * @param answer JSON text: what an endpoint said in the end; null while none did
   * @param left until the last deadline, negative after it; null if no endpoint has asked for time
   */
  public record Standing(@Nullable String answer, @Nullable Duration left) {}

  /**
   * How a job's open calls stand, and those that were closed by this very attempt: by a claim that
   * died before its settle, so that what it had concluded is concluded again. They are locked,
   * against an answer that comes just now.
   */
  public Standing standing(JobId job, int attempt) {
    var rows =
        jdbc.sql(
                """
                select answer, (extract(epoch from deadline - clock_timestamp()) * 1000)::bigint as left_ms
                from call_wait
                where job_id = :job and (closed_at is null or acted_attempt = :attempt)
                order by claim_no for update
                """)
            .param("job", job.value())
            .param("attempt", attempt)
            .query(
                (row, n) -> {
                  var left = row.getObject("left_ms", Long.class);
                  return new Standing(
                      row.getString("answer"), left == null ? null : Duration.ofMillis(left));
                })
            .list();
    @Nullable String answer = null;
    @Nullable Duration left = null;
    for (var row : rows) {
      answer = answer == null ? row.answer() : answer;
      if (row.left() != null && (left == null || row.left().compareTo(left) > 0)) {
        left = row.left();
      }
    }
    return new Standing(answer, left);
  }

  /** The endpoint asks for time: its deadline runs from now. */
  public void await(JobId job, int claimNo) {
    jdbc.sql(
            """
            update call_wait set deadline = clock_timestamp() + within
            where job_id = :job and claim_no = :claimNo and deadline is null
            """)
        .param("job", job.value())
        .param("claimNo", claimNo)
        .update();
  }

  /**
   * An attempt ends for what is known of the job's calls: no token that was given out for it counts
   * any more, and an answer only for this attempt.
   */
  public void close(JobId job, int attempt) {
    jdbc.sql(
            """
            update call_wait set closed_at = now(), acted_attempt = :attempt
            where job_id = :job and closed_at is null
            """)
        .param("job", job.value())
        .param("attempt", attempt)
        .update();
  }

  /** What came of an answer. */
  public enum Finish {
    ACCEPTED,
    /** It was accepted before, and is the same. */
    REPEATED,
    /** Another was accepted before. */
    CONTRADICTED,
    /** Its deadline has passed, or the job has ended otherwise. */
    TOO_LATE,
    /** There is no such token of that job. */
    UNKNOWN
  }

  private record Row(
      int claimNo, @Nullable String answer, boolean closed, boolean late, boolean ended) {}

  /**
   * Accepts what an endpoint says in the end. To be called in a transaction.
   *
   * @param answer JSON text
   */
  public Finish finish(JobId job, CallToken token, String answer) {
    var found = find(job, token);
    if (found.isEmpty()) {
      return Finish.UNKNOWN;
    }
    var row = found.get();
    if (row.answer() != null) {
      return row.answer().equals(answer) ? Finish.REPEATED : Finish.CONTRADICTED;
    }
    if (row.closed() || row.late() || row.ended()) {
      return Finish.TOO_LATE;
    }
    jdbc.sql(
            """
            update call_wait set answer = :answer, answered_at = now()
            where job_id = :job and claim_no = :claimNo
            """)
        .param("answer", answer)
        .param("job", job.value())
        .param("claimNo", row.claimNo())
        .update();
    return Finish.ACCEPTED;
  }

  private Optional<Row> find(JobId job, CallToken token) {
    return jdbc.sql(
            """
            select w.claim_no, w.answer, w.closed_at is not null as closed,
                   coalesce(w.deadline < clock_timestamp(), false) as late,
                   j.ended_at is not null as ended
            from call_wait w join job j on j.id = w.job_id
            where w.job_id = :job and w.token_hash = :hash
            for update of w
            """)
        .param("job", job.value())
        .param("hash", token.hash())
        .query(
            (row, n) ->
                new Row(
                    row.getInt("claim_no"),
                    row.getString("answer"),
                    row.getBoolean("closed"),
                    row.getBoolean("late"),
                    row.getBoolean("ended")))
        .optional();
  }

  /** Lets a job run for the answer that it has. */
  public List<Touched> wake(JobId job) {
    return jdbc.sql(WAKE.formatted("w.job_id = :job"))
        .param("job", job.value())
        .query(CallWaits::touched)
        .list();
  }

  /** Lets all jobs run that have an answer and were not called for it. */
  public List<Touched> wakeAll() {
    return jdbc.sql(WAKE.formatted("true")).query(CallWaits::touched).list();
  }

  private static Touched touched(ResultSet row, int n) throws SQLException {
    return new Touched(new JobId(row.getObject("id", UUID.class)), row.getString("pool"), true);
  }
}
