package dev.offstage.store;

import static dev.offstage.store.Columns.texts;
import static java.util.stream.Collectors.groupingBy;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How attempts end: completions by one statement, all else by another, linked jobs apart. */
final class SettleStore {
  /** Settlements that are joined by one statement. */
  private static final int JOINED = 100;

  /**
   * Leaves a mark of what a webhook is to tell, where anybody listens; {@code after_end} does so
   * for the jobs that it is called for. Deliveries themselves are told to nobody, or they would
   * never end.
   */
  private static final String TOLD =
      """
      told as (
        insert into webhook_mark (tenant, type, subject, data)
        select s.tenant, s.event, s.id, s.data
        from (select id, tenant, kind, %s as event, %s as data from settled) s
        where s.event is not null and s.kind <> 'webhook.deliver'
          and exists (select from webhook_listener l
                      where l.tenant = s.tenant and l.type = s.event))
      """;

  /**
   * Completes jobs whose end concerns no other row; {@code complete_linked} does the others. The
   * results go where it says {@code result = %s}.
   */
  private static final String COMPLETE_PLAIN =
      """
      with settled as (
        update job j
        set state = 'completed', outcome = 'completed', due_at = null, ended_at = now(),
            progress = 1, progress_note = null, error_reason = null, error_message = null,
            version = j.version + 1, result = %s
        where j.id = any(:ids::uuid[]) and j.id between :first and :last
          and j.claim_no = :claimNo and j.worker = :worker and j.state = 'running'
          and not j.linked
        returning j.id, j.tenant, j.kind, j.pool),
      counted as (
        insert into job_count_delta (tenant, kind, pool, state, n)
        select s.tenant, s.kind, s.pool, c.state, c.sign * s.n
        from (select tenant, kind, pool, count(*) as n from settled group by 1, 2, 3) s,
             (values ('live', -1), ('completed', 1)) as c(state, sign)),
      """
          + TOLD.formatted("'job.completed'", "null::text")
          + "select id from settled";

  private static final String SAME_RESULT = "j.result";
  private static final String NEW_RESULT =
      "coalesce((:results::text[])[array_position(:ids::uuid[], j.id)]::jsonb, j.result)";

  private static final String SETTLE =
      """
      with settlement as (
        select * from unnest(:ids::uuid[], :claimNos::int[], :states::text[],
            :counted::boolean[], :dueMs::text[]::bigint[], :results::text[], :reasons::text[],
            :messages::text[])
          as s(id, claim_no, state, counted, due_ms, result, reason, message)),
      settled as (
        update job j
        set state = case when s.due_ms is not null and j.cancel_reason is not null
                then 'cancelled' else s.state end,
            outcome = case when s.due_ms is null then s.state
                when j.cancel_reason is not null then 'cancelled' end,
            due_at = case when j.cancel_reason is null
                then now() + s.due_ms * interval '1 ms' end,
            ended_at = case when s.due_ms is null or j.cancel_reason is not null
                then now() end,
            attempt = case when s.counted then j.attempt else j.attempt - 1 end,
            progress = case when s.state = 'completed' then 1 else j.progress end,
            progress_note = case when s.state <> 'completed' then j.progress_note end,
            result = coalesce(s.result::jsonb, j.result),
            error_reason = case when s.state = 'completed' then null
                when s.due_ms is not null and j.cancel_reason is not null then 'cancelled'
                else coalesce(s.reason, j.error_reason) end,
            error_message = case when s.state = 'completed' then null
                when s.due_ms is not null and j.cancel_reason is not null then j.cancel_reason
                else coalesce(s.message, j.error_message) end,
            interruptions = j.interruptions
                + case when s.state = 'available' then 1 else 0 end,
            version = j.version + 1
        from settlement s
        where j.id = any(:ids::uuid[]) and j.id = s.id and j.claim_no = s.claim_no
          and j.worker = :worker and j.state = 'running' and (:linked or not j.linked)
        returning j.id, j.tenant, j.kind, j.pool, j.outcome, j.state, j.attempt,
                  j.error_reason, j.error_message),
      counted as (
        insert into job_count_delta (tenant, kind, pool, state, n)
        select s.tenant, s.kind, s.pool, c.state, sum(c.n)
        from settled s, lateral (values ('live', -1), (s.outcome, 1)) as c(state, n)
        where s.outcome is not null and not :linked
        group by 1, 2, 3, 4),
      """
          + TOLD.formatted(
              """
              case when state = 'retryable' then 'job.failed'
                   when not :linked then 'job.' || outcome end\
              """,
              "webhook_attempt_data(attempt, error_reason, error_message)")
          + """
          select id, true as fresh, outcome is not null as ended from settled
          union all
          select j.id, false, j.outcome is not null from job j, settlement s
          where j.id = any(:ids::uuid[]) and j.id = s.id and j.claim_no = s.claim_no
            and j.worker = :worker and j.state <> 'running'
          """;

  private final Db db;
  private final JdbcClient jdbc;
  private final Links links;

  SettleStore(Db db) {
    this.db = db;
    this.jdbc = db.jdbc();
    this.links = new Links(jdbc);
  }

  Settled settle(WorkerId worker, List<Settlement> settlements) {
    var standing = new HashSet<JobId>();
    completions(settlements)
        .forEach((claimNo, same) -> standing.addAll(completePlain(worker, claimNo, same)));
    var others = settlements.stream().filter(s -> s.state() != JobState.COMPLETED).toList();
    settle(worker, others, false).forEach(row -> standing.add(row.id()));
    var touched = new ArrayList<Touched>();
    completions(left(settlements, standing))
        .forEach((claimNo, same) -> completeLinked(worker, claimNo, same, standing, touched));
    var left = left(settlements, standing);
    if (!left.isEmpty()) {
      settleLinked(worker, left, standing, touched);
    }
    return new Settled(standing, touched);
  }

  private static List<Settlement> left(List<Settlement> settlements, Set<JobId> standing) {
    return settlements.stream().filter(s -> !standing.contains(s.id())).toList();
  }

  private static Map<Integer, List<Settlement>> completions(List<Settlement> settlements) {
    return settlements.stream()
        .filter(settlement -> settlement.state() == JobState.COMPLETED)
        .collect(groupingBy(Settlement::claimNo));
  }

  private List<JobId> completePlain(WorkerId worker, int claimNo, List<Settlement> same) {
    boolean results = haveResults(same);
    var statement = jdbc.sql(COMPLETE_PLAIN.formatted(results ? NEW_RESULT : SAME_RESULT));
    if (results) {
      statement.param("results", texts(same, Settlement::result));
    }
    return JobStore.among(statement, same.stream().map(Settlement::id).toList())
        .param("worker", worker.value())
        .param("claimNo", claimNo)
        .query(JobRows::id)
        .list();
  }

  private static boolean haveResults(List<Settlement> settlements) {
    return settlements.stream().anyMatch(settlement -> settlement.result() != null);
  }

  /** One round trip, while which others wait for the gates that these give back. */
  private void completeLinked(
      WorkerId worker,
      int claimNo,
      List<Settlement> same,
      Set<JobId> standing,
      List<Touched> touched) {
    jdbc.sql("select * from complete_linked(:worker, :claimNo, :ids::uuid[], :results::text[])")
        .param("worker", worker.value())
        .param("claimNo", claimNo)
        .param("ids", texts(same, settlement -> settlement.id().toString()))
        .param("results", haveResults(same) ? texts(same, Settlement::result) : null)
        .query(
            row -> {
              if (row.getString("pool") == null) {
                standing.add(JobRows.id(row, 0));
              } else {
                touched.add(Touched.of(row, 0));
              }
            });
  }

  /** All else of jobs whose end concerns other rows. */
  private void settleLinked(
      WorkerId worker, List<Settlement> left, Set<JobId> standing, List<Touched> touched) {
    db.transactions()
        .executeWithoutResult(
            status -> {
              links.lock(left.stream().map(Settlement::id).toList());
              var rows = settle(worker, left, true);
              rows.forEach(row -> standing.add(row.id()));
              touched.addAll(follow(rows));
            });
  }

  /**
   * A job whose settlement stands.
   *
   * @param fresh whether this call wrote it
   */
  private record SettledRow(JobId id, boolean fresh, boolean ended) {}

  /**
   * @param linked whether to settle also jobs whose end concerns other rows
   */
  private List<SettledRow> settle(WorkerId worker, List<Settlement> settlements, boolean linked) {
    var rows = new ArrayList<SettledRow>(settlements.size());
    for (int from = 0; from < settlements.size(); from += JOINED) {
      int to = Math.min(from + JOINED, settlements.size());
      rows.addAll(settleJoined(worker, settlements.subList(from, to), linked));
    }
    return rows;
  }

  private List<SettledRow> settleJoined(
      WorkerId worker, List<Settlement> settlements, boolean linked) {
    var columns =
        Columns.of(settlements)
            .text("ids", Settlement::id)
            .ints("claimNos", Settlement::claimNo)
            .text("states", settlement -> settlement.state().text())
            .flags("counted", Settlement::counted)
            .text("dueMs", Settlement::dueIn, Duration::toMillis)
            .text("results", Settlement::result)
            .text("reasons", Settlement::failure, JobFailure::reason)
            .text("messages", Settlement::failure, JobFailure::message);
    return jdbc.sql(SETTLE)
        .param("worker", worker.value())
        .param("linked", linked)
        .params(columns.arrays())
        .query(
            (row, n) ->
                new SettledRow(
                    JobRows.id(row, n), row.getBoolean("fresh"), row.getBoolean("ended")))
        .list();
  }

  private List<Touched> follow(List<SettledRow> rows) {
    var fresh = rows.stream().filter(SettledRow::fresh).toList();
    return links.follow(
        fresh.stream().filter(SettledRow::ended).map(SettledRow::id).toList(),
        fresh.stream().filter(row -> !row.ended()).map(SettledRow::id).toList());
  }
}
