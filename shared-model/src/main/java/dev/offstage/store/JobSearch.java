package dev.offstage.store;

import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Finds jobs among tens of millions. Each filter is served by an index in the order of ids, newest
 * first; what no index knows is looked up on at most {@value #SCAN} rows a page, after which the
 * page ends where it has come to. So no search holds the database for long, however rare what it
 * looks for.
 */
@Repository
public class JobSearch {
  private static final int SCAN = 20_000;

  /** What is looked for may be frequent: a page of it is among fewer rows. */
  private static final int FIRST_SCAN = 4_000;

  private static final int MAX_KINDS = 1_000;
  private static final Set<JobState> FAILED = EnumSet.of(JobState.DISCARDED, JobState.CANCELLED);

  /** Of a list: payloads and results may be large, and stay where they are. */
  private static final String LISTED =
      JobRows.COLUMNS
          .replace("payload::text as payload", "'null' as payload")
          .replace("result::text as result", "null as result");

  private final Db db;
  private final JdbcClient jdbc;

  JobSearch(Db db) {
    this.db = db;
    this.jdbc = db.jdbc();
  }

  /** The same searches over another connection pool. */
  public static JobSearch over(Db db) {
    return new JobSearch(db);
  }

  /**
   * @param end where the scan ended; null at the end of all jobs
   */
  private record Found(List<JobId> ids, @Nullable JobId end) {
    boolean isRare(int limit) {
      return end != null && ids.size() < limit;
    }
  }

  /**
   * Finds jobs, without their payloads and results.
   *
   * @param before where the page before ended; null for the first
   */
  public JobFilter.Page<Job> find(JobFilter filter, @Nullable JobId before, int limit) {
    var page = findIds(filter, before, limit);
    return new JobFilter.Page<>(read(page.jobs()), page.next());
  }

  /** Finds the ids of jobs. */
  public JobFilter.Page<JobId> findIds(JobFilter filter, @Nullable JobId before, int limit) {
    var words = filter.words() == null ? filter : filter.in(EnumSet.of(JobState.DISCARDED));
    var found = scan(words, before, limit, FIRST_SCAN);
    if (found.isRare(limit)) {
      found = scan(words, before, limit, SCAN);
    }
    if (found.isRare(limit) && (filter.tag() != null || filter.words() != null)) {
      found = new Found(lookUp(words, before, limit), null);
    }
    var ids = found.ids();
    if (ids.size() <= limit) {
      return new JobFilter.Page<>(ids, found.end());
    }
    return new JobFilter.Page<>(List.copyOf(ids.subList(0, limit)), ids.get(limit - 1));
  }

  private List<Job> read(List<JobId> ids) {
    return jdbc.sql("select " + LISTED + " from job where id = any(:ids::uuid[]) order by id desc")
        .param("ids", Columns.texts(ids, JobId::toString))
        .query(JobRows::job)
        .list();
  }

  /** Goes through an index in the order of ids, or through several at once. */
  private Found scan(JobFilter filter, @Nullable JobId before, int limit, int most) {
    var params = bounds(filter, before);
    var rest = rest(filter, params);
    var branches = branches(filter, params);
    int ways = params.get("kinds") instanceof String[] kinds ? Math.max(1, kinds.length) : 1;
    int scan = rest.equals("true") ? limit + 1 : Math.max(limit + 1, most / ways);
    params.put("scan", scan);
    params.put("limit", limit + 1);
    var sql = new ArrayList<String>();
    for (var branch : branches) {
      sql.add(branch.formatted(rest));
    }
    var statement =
        "with scanned as materialized ("
            + String.join(" union all ", sql)
            + """
            ),
            ends as (
              select max(least) as id
              from (select min(id::text) as least from scanned
                    group by branch having count(*) = :scan) e)
            select (select ends.id::uuid from ends) as ended, f.id
            from (values (1)) as one(n) left join (
              select s.id from scanned s, ends e
              where s.hit and (e.id is null or s.id >= e.id::uuid)
              order by s.id desc limit :limit) f on true
            order by f.id desc
            """;
    var ids = new ArrayList<JobId>();
    var end = new ArrayList<JobId>();
    jdbc.sql(statement)
        .params(params)
        .query(
            row -> {
              var id = row.getObject("id", UUID.class);
              var ended = row.getObject("ended", UUID.class);
              if (id != null) {
                ids.add(new JobId(id));
              }
              if (ended != null && end.isEmpty()) {
                end.add(new JobId(ended));
              }
            });
    return new Found(ids, end.isEmpty() ? null : end.getFirst());
  }

  /**
   * What is rare has an index by which it is found without any order. A plan for any tag or word
   * does not know that it is rare, and goes through all that the tenant has.
   */
  private List<JobId> lookUp(JobFilter filter, @Nullable JobId before, int limit) {
    var found =
        db.transactions()
            .execute(
                status -> {
                  jdbc.sql("select set_config('plan_cache_mode', 'force_custom_plan', true)")
                      .query((row, n) -> true)
                      .single();
                  return looked(filter, before, limit);
                });
    return found == null ? List.of() : found;
  }

  private List<JobId> looked(JobFilter filter, @Nullable JobId before, int limit) {
    var params = bounds(filter, before);
    params.put("limit", limit + 1);
    var rest = rest(filter, params);
    var owner = filter.owner() == null ? "" : " and j.owner = :owner";
    if (filter.owner() != null) {
      params.put("owner", filter.owner());
    }
    return jdbc.sql(
            """
            with found as materialized (
              select j.id from job j
              where j.tenant = :tenant and j.id < :before and j.id >= :from and %s%s%s)
            select id from found order by id desc limit :limit
            """
                .formatted(rest, owner, kindAndWorkflow(filter, params)))
        .params(params)
        .query(JobRows::id)
        .list();
  }

  private static String kindAndWorkflow(JobFilter filter, Map<String, @Nullable Object> params) {
    var more = new StringBuilder();
    var kind = filter.kind();
    if (kind != null) {
      params.put("kind", kind.replace("_", "\\_").replace('*', '%'));
      more.append(" and j.kind like :kind");
    }
    if (filter.workflow() != null) {
      params.put("workflow", filter.workflow());
      more.append(" and j.workflow = :workflow");
    }
    return more.toString();
  }

  private Map<String, @Nullable Object> bounds(JobFilter filter, @Nullable JobId before) {
    var params = new HashMap<String, @Nullable Object>();
    params.put("tenant", filter.tenant());
    var from = filter.from() == null ? new UUID(0, 0) : floor(filter.from());
    var to = filter.to() == null ? new UUID(-1, -1) : floor(filter.to());
    params.put("from", from);
    params.put(
        "before", before == null || before.compareTo(new JobId(to)) > 0 ? to : before.value());
    return params;
  }

  /** The least id of a time, as uuid7_floor makes it. */
  private static UUID floor(Instant at) {
    return new UUID(Math.max(0, at.toEpochMilli()) << 16, 0);
  }

  private static final String BY_KIND =
      """
      select '%s' || k.kind as branch, s.id, s.hit
      from unnest(:kinds::text[]) as k(kind) cross join lateral (
        select j.id, (%%s) as hit from job j
        where j.tenant = :tenant and j.kind = k.kind and %s and j.id < :before and j.id >= :from
        order by j.id desc limit :scan) s
      """;

  private static final String BY_COLUMN =
      """
      (select '' as branch, j.id, (%%s) as hit from job j
       where j.tenant = :tenant and j.%1$s = :%1$s and j.id < :before and j.id >= :from
       order by j.id desc limit :scan)
      """;

  private List<String> branches(JobFilter filter, Map<String, @Nullable Object> params) {
    if (filter.workflow() != null) {
      params.put("workflow", filter.workflow());
      return List.of(BY_COLUMN.formatted("workflow"));
    }
    if (filter.owner() != null) {
      params.put("owner", filter.owner());
      return List.of(BY_COLUMN.formatted("owner"));
    }
    params.put("kinds", kinds(filter));
    var branches = new ArrayList<String>();
    var states = filter.states();
    if (states.isEmpty() || states.stream().anyMatch(state -> !state.isTerminal())) {
      branches.add(BY_KIND.formatted("live", "j.outcome is null"));
    }
    if (states.isEmpty() || states.contains(JobState.COMPLETED)) {
      branches.add(BY_KIND.formatted("ended", "j.outcome is not null"));
    } else if (states.stream().anyMatch(FAILED::contains)) {
      branches.add(BY_KIND.formatted("failed", "j.outcome in ('discarded', 'cancelled')"));
    }
    return branches;
  }

  /** The tenant's kinds that the filter means. */
  private String[] kinds(JobFilter filter) {
    var kind = filter.kind();
    var kinds =
        jdbc.sql(
                """
                select distinct kind from (
                  select kind, pool from job_count where tenant = :tenant
                  union all select kind, pool from job_count_delta where tenant = :tenant) c
                where (:kind::text is null or kind like :kind)
                  and (:pool::text is null or pool = :pool)
                order by kind limit :limit
                """)
            .param("tenant", filter.tenant())
            .param("kind", kind == null ? null : kind.replace("_", "\\_").replace('*', '%'))
            .param("pool", filter.pool())
            .param("limit", MAX_KINDS + 1)
            .query(String.class)
            .list();
    if (kinds.size() > MAX_KINDS) {
      throw new TooManyKindsException();
    }
    return kinds.toArray(String[]::new);
  }

  /** The filter means more kinds than one search can go through. */
  public static final class TooManyKindsException extends RuntimeException {
    TooManyKindsException() {
      super("more than " + MAX_KINDS + " kinds");
    }
  }

  /** What the branches do not see to. */
  private static String rest(JobFilter filter, Map<String, @Nullable Object> params) {
    var rest = new ArrayList<String>();
    var states = filter.states();
    if (!states.isEmpty()) {
      rest.add("j.state = any(:states)");
      params.put("states", states.stream().map(JobState::text).toArray(String[]::new));
    }
    if (filter.pool() != null) {
      rest.add("j.pool = :pool");
      params.put("pool", filter.pool());
    }
    if (filter.tag() != null) {
      rest.add("j.tags @> array[:tag]::text[]");
      params.put("tag", filter.tag());
    }
    if (filter.error() != null) {
      rest.add("j.error_reason = :error");
      params.put("error", filter.error());
    }
    if (filter.words() != null) {
      rest.add(
          "j.outcome = 'discarded' and to_tsvector('simple', j.error_message)"
              + " @@ websearch_to_tsquery('simple', :words)");
      params.put("words", filter.words());
    }
    boolean byColumn = filter.workflow() != null || filter.owner() != null;
    if (byColumn && filter.kind() != null) {
      rest.add("j.kind like :kind");
      params.put("kind", filter.kind().replace("_", "\\_").replace('*', '%'));
    }
    if (filter.workflow() != null && filter.owner() != null) {
      rest.add("j.owner = :owner");
      params.put("owner", filter.owner());
    }
    return rest.isEmpty() ? "true" : String.join(" and ", rest);
  }

  // What a job waits for
  // ---------------------------------------------------------------------------

  /**
   * What stands between a job and its turn, beside time and parents.
   *
   * @param by a gate, such as {@code key:tenant/name} or {@code
   *     destination:host:tenant/example.com}, or {@code unique:} and the key that another job has
   * @param reason why the gate lets nobody pass, where it does not
   * @param until when it lets the next one pass, where that is known
   */
  public record Blocked(String by, @Nullable String reason, @Nullable Instant until) {}

  /** One question for all of them, and none if no job waits so. */
  public Map<JobId, Blocked> blockedBy(List<Job> jobs) {
    var waiting =
        jobs.stream().filter(job -> job.state().isClaimable() && job.dueAt() == null).toList();
    var blockedBy = new HashMap<JobId, Blocked>();
    if (!waiting.isEmpty()) {
      jdbc.sql(
              """
              select p.job_id as id, p.gate, coalesce(g.reason, g.shut_reason) as reason,
                     case when not g.paused and g.shut_until > now() then g.shut_until end as until
              from parked p left join gate g on g.id = p.gate
              where p.job_id = any(:ids::uuid[])
              union all
              select j.id, 'unique:' || u.key, null, null
              from job j join unique_key u
                on u.tenant = j.tenant and u.kind = j.kind and u.key = j.unique_key
                  and u.next = j.id
              where j.id = any(:ids::uuid[])
              """)
          .param("ids", Columns.texts(waiting, job -> job.id().toString()))
          .query(
              row -> {
                blockedBy.put(
                    new JobId(row.getObject("id", UUID.class)),
                    new Blocked(
                        row.getString("gate"),
                        row.getString("reason"),
                        JobRows.instant(row, "until")));
              });
    }
    return blockedBy;
  }
}
