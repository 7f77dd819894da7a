package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.Enqueued;
import dev.offstage.job.Enqueued.Reason;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.Membership;
import dev.offstage.job.Parent;
import dev.offstage.job.UniqueKey;
import dev.offstage.store.EnqueueStore.Start;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One transaction's work on a batch of jobs that concern other rows. Locks in the order that
 * everybody does: unique keys, gates, parents by id, workflows.
 */
final class LinkedBatch {
  private final JdbcClient jdbc;
  private final EnqueueStore inserts;
  private final List<JobRow> rows;

  /** What became of a row, once it is known. */
  private final Map<JobId, Enqueued> answers = new HashMap<>();

  /** How the rows that are left begin. */
  private final Map<JobId, Start> starts = new LinkedHashMap<>();

  private final List<JobId> replaced = new ArrayList<>();

  LinkedBatch(JdbcClient jdbc, EnqueueStore inserts, List<JobRow> rows) {
    this.jdbc = jdbc;
    this.inserts = inserts;
    this.rows = rows;
  }

  LinkedEnqueueStore.Answers enqueue() {
    answerRepeats();
    answerRemembered();
    refuseStrangers();
    takeUniqueKeys();
    lineUp();
    var ended = lockParents();
    joinWorkflows();
    var accepted = left().flatMap(LinkedBatch::withCallback).toList();
    accepted.forEach(row -> starts.putIfAbsent(row.id(), start(row)));
    inserts.insert(accepted, starts);
    insertDependencies(accepted);
    remember();
    var touched = follow(ended);
    var states = states(accepted);
    left()
        .toList()
        .forEach(
            row ->
                answers.put(
                    row.id(),
                    new Enqueued.Accepted(row.id(), Objects.requireNonNull(states.get(row.id())))));
    return new LinkedEnqueueStore.Answers(
        rows.stream().map(row -> Objects.requireNonNull(answers.get(row.id()))).toList(),
        duePools(accepted, states),
        touched);
  }

  private Stream<JobRow> left() {
    return rows.stream().filter(row -> !answers.containsKey(row.id()));
  }

  /** The batch is sent again: whatever of it is there was committed whole. */
  private void answerRepeats() {
    jdbc.sql("select id, state from job where id = any(:ids::uuid[])")
        .param("ids", texts(rows, row -> row.id().toString()))
        .query(
            (row, n) ->
                new Enqueued.Accepted(JobRows.id(row, n), JobState.of(row.getString("state"))))
        .list()
        .forEach(answer -> answers.put(answer.id(), answer));
  }

  // Idempotency keys ------------------------------------------------------------------------------

  private record TenantKey(String tenant, String key) {}

  private record Remembered(String fingerprint, JobId job, JobState state) {}

  private void answerRemembered() {
    var asking = left().filter(row -> row.job().idempotency() != null).toList();
    if (asking.isEmpty()) {
      return;
    }
    var known = remembered(asking);
    for (var row : asking) {
      var mine = Objects.requireNonNull(row.job().idempotency());
      var key = new TenantKey(row.job().tenant(), mine.key());
      var before = known.get(key);
      if (before == null) {
        known.put(key, new Remembered(mine.fingerprint(), row.id(), EnqueueStore.state(row.job())));
      } else if (before.fingerprint().equals(mine.fingerprint())) {
        answers.put(row.id(), new Enqueued.Existing(before.job(), before.state()));
      } else {
        refuse(
            row,
            Reason.IDEMPOTENCY_KEY_REUSED,
            "The idempotency key was used for another request.",
            before.job());
      }
    }
  }

  private Map<TenantKey, Remembered> remembered(List<JobRow> asking) {
    var known = new HashMap<TenantKey, Remembered>();
    jdbc.sql(
            """
            select i.* from idempotency_key i
            join unnest(:tenants::text[], :keys::text[]) as k(tenant, key)
              on i.tenant = k.tenant and i.key = k.key
            """)
        .param("tenants", texts(asking, row -> row.job().tenant()))
        .param("keys", texts(asking, LinkedBatch::idempotencyKey))
        .query(
            row -> {
              known.put(
                  new TenantKey(row.getString("tenant"), row.getString("key")),
                  new Remembered(
                      row.getString("fingerprint"),
                      new JobId(row.getObject("job_id", UUID.class)),
                      JobState.of(row.getString("job_state"))));
            });
    return known;
  }

  private void remember() {
    var asking = left().filter(row -> row.job().idempotency() != null).toList();
    if (asking.isEmpty()) {
      return;
    }
    int written =
        jdbc.sql(
                """
                insert into idempotency_key (tenant, key, fingerprint, job_id, job_state)
                select j.tenant, k.key, k.fingerprint, k.id, j.state
                from unnest(:ids::uuid[], :keys::text[], :fingerprints::text[])
                    as k(id, key, fingerprint)
                join job j on j.id = k.id where j.id = any(:ids::uuid[])
                order by 1, 2
                on conflict do nothing
                """)
            .param("ids", texts(asking, row -> row.id().toString()))
            .param("keys", texts(asking, LinkedBatch::idempotencyKey))
            .param(
                "fingerprints",
                texts(asking, row -> Objects.requireNonNull(row.job().idempotency()).fingerprint()))
            .update();
    if (written < asking.size()) {
      throw new ConcurrencyFailureException("an idempotency key was used at the same moment");
    }
  }

  private static @Nullable String idempotencyKey(JobRow row) {
    var idempotency = row.job().idempotency();
    return idempotency == null ? null : idempotency.key();
  }

  // Parents and workflows -------------------------------------------------------------------------

  /** Jobs that wait for what their tenant does not have, or join a workflow that is closed. */
  private void refuseStrangers() {
    var known = tenantsOfParents();
    for (var row : left().filter(row -> !row.job().after().isEmpty()).toList()) {
      for (var parent : row.job().after()) {
        if (!row.job().tenant().equals(known.get(parent.id()))) {
          refuse(
              row, Reason.UNKNOWN_PARENT, "There is no job " + parent.id() + " to wait for.", null);
        }
      }
    }
    var open = openWorkflows();
    for (var row : left().filter(row -> row.job().workflow() != null).toList()) {
      var membership = Objects.requireNonNull(row.job().workflow());
      if (!row.job().tenant().equals(open.get(membership.workflow()))) {
        refuse(
            row,
            Reason.WORKFLOW_CLOSED,
            "There is no workflow " + membership.workflow() + " that is still under way.",
            null);
      }
    }
  }

  private Map<JobId, String> tenantsOfParents() {
    var known = new HashMap<JobId, String>();
    var parents = parents();
    if (!parents.isEmpty()) {
      jdbc.sql(
              """
              select id, tenant from job where id = any(:ids::uuid[])
              union all select id, tenant from workflow where id = any(:ids::uuid[])
              """)
          .param("ids", texts(parents, JobId::toString))
          .query(
              row -> {
                known.put(new JobId(row.getObject("id", UUID.class)), row.getString("tenant"));
              });
      left().forEach(row -> known.put(row.id(), row.job().tenant()));
    }
    return known;
  }

  private Set<JobId> parents() {
    var parents = new HashSet<JobId>();
    left().forEach(row -> row.job().after().forEach(parent -> parents.add(parent.id())));
    return parents;
  }

  private Map<UUID, String> openWorkflows() {
    var open = new HashMap<UUID, String>();
    var ids = workflows().keySet();
    if (!ids.isEmpty()) {
      jdbc.sql("select id, tenant from workflow where id = any(:ids::uuid[]) and ended_at is null")
          .param("ids", texts(ids, UUID::toString))
          .query(
              row -> {
                open.put(row.getObject("id", UUID.class), row.getString("tenant"));
              });
    }
    return open;
  }

  /** How many members each workflow gains. */
  private Map<UUID, Integer> workflows() {
    var members = new HashMap<UUID, Integer>();
    left()
        .map(row -> row.job().workflow())
        .filter(Objects::nonNull)
        .map(Membership::workflow)
        .forEach(id -> members.merge(id, 1, Integer::sum));
    return members;
  }

  /** Locks parents that are there already, so that none ends unseen; answers who has ended. */
  private List<JobId> lockParents() {
    var parents = parents();
    if (parents.isEmpty()) {
      return List.of();
    }
    jdbc.sql("select id from job where id = any(:ids::uuid[]) order by id for no key update")
        .param("ids", texts(parents, JobId::toString))
        .query(JobRows::id)
        .list();
    jdbc.sql("select id from workflow where id = any(:ids::uuid[]) order by id for update")
        .param("ids", texts(parents, JobId::toString))
        .query(JobRows::id)
        .list();
    jdbc.sql(
            """
            update job set linked = true
            where id = any(:ids::uuid[]) and ended_at is null and not linked
            """)
        .param("ids", texts(parents, JobId::toString))
        .update();
    return jdbc.sql(
            """
            select id from job where id = any(:ids::uuid[]) and ended_at is not null
            union all
            select id from workflow where id = any(:ids::uuid[]) and ended_at is not null
            """)
        .param("ids", texts(parents, JobId::toString))
        .query(JobRows::id)
        .list();
  }

  private void joinWorkflows() {
    var members = workflows();
    if (members.isEmpty()) {
      return;
    }
    int joined =
        jdbc.sql(
                """
                update workflow w set live = w.live + m.n
                from unnest(:ids::uuid[], :counts::int[]) as m(id, n)
                where w.id = m.id and w.ended_at is null
                """)
            .param("ids", texts(members.keySet(), UUID::toString))
            .param("counts", members.values().toArray(Integer[]::new))
            .update();
    if (joined < members.size()) {
      throw new ConcurrencyFailureException("a workflow ended at the same moment");
    }
  }

  private void insertDependencies(List<JobRow> accepted) {
    record Edge(JobId child, Parent parent) {}
    var edges =
        accepted.stream()
            .flatMap(row -> row.job().after().stream().map(parent -> new Edge(row.id(), parent)))
            .toList();
    if (edges.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            insert into job_dependency (parent_id, child_id, condition, on_discard)
            select * from unnest(:parents::uuid[], :children::uuid[], :conditions::text[],
                                 :onDiscard::text[])
            """)
        .param("parents", texts(edges, edge -> edge.parent().id().toString()))
        .param("children", texts(edges, edge -> edge.child().toString()))
        .param("conditions", texts(edges, edge -> edge.parent().condition().text()))
        .param("onDiscard", texts(edges, edge -> edge.parent().onDiscard().text()))
        .update();
  }

  private static Stream<JobRow> withCallback(JobRow row) {
    return row.callback() == null ? Stream.of(row) : Stream.of(row, row.callback());
  }

  // Unique and ordering keys ----------------------------------------------------------------------

  private record Taken(int n, @Nullable JobId holder, boolean behind, @Nullable JobId replaced) {}

  private void takeUniqueKeys() {
    var asking =
        left()
            .filter(row -> row.job().unique() != null)
            .sorted(
                Comparator.comparing((JobRow row) -> row.job().tenant())
                    .thenComparing(row -> row.job().kind().name())
                    .thenComparing(row -> unique(row).key()))
            .toList();
    if (asking.isEmpty()) {
      return;
    }
    for (var taken : takeUniqueKeys(asking)) {
      var row = asking.get(taken.n() - 1);
      if (taken.replaced() != null) {
        replaced.add(taken.replaced());
      }
      if (taken.holder() != null) {
        keyIsTaken(row, taken.holder());
      } else if (taken.behind()) {
        starts.put(row.id(), start(row).behind());
      }
    }
  }

  private List<Taken> takeUniqueKeys(List<JobRow> asking) {
    return jdbc.sql(
            """
            select a.n, t.holder, t.behind, t.replaced
            from unnest(:tenants::text[], :kinds::text[], :keys::text[], :policies::text[],
                        :periodMs::text[]::bigint[], :ids::uuid[])
                with ordinality as a(tenant, kind, key, policy, period_ms, id, n),
              lateral take_unique_key(a.tenant, a.kind, a.key, a.policy,
                                      a.period_ms * interval '1 ms', a.id) t
            """)
        .param("tenants", texts(asking, row -> row.job().tenant()))
        .param("kinds", texts(asking, row -> row.job().kind().name()))
        .param("keys", texts(asking, row -> unique(row).key()))
        .param(
            "policies", texts(asking, row -> unique(row).policy().name().toLowerCase(Locale.ROOT)))
        .param("periodMs", texts(asking, row -> periodMillis(unique(row))))
        .param("ids", texts(asking, row -> row.id().toString()))
        .query(
            (row, n) ->
                new Taken(
                    row.getInt("n"),
                    idOrNull(row.getObject("holder", UUID.class)),
                    row.getBoolean("behind"),
                    idOrNull(row.getObject("replaced", UUID.class))))
        .list();
  }

  private void keyIsTaken(JobRow row, JobId holder) {
    if (unique(row).policy() == UniqueKey.Policy.KEEP) {
      var state = statesOf(List.of(holder)).getOrDefault(holder, EnqueueStore.state(row.job()));
      answers.put(row.id(), new Enqueued.Existing(holder, state));
    } else {
      refuse(
          row,
          Reason.UNIQUE_KEY_TAKEN,
          "The unique key is taken by the job " + holder + ".",
          holder);
    }
  }

  /** Those whose turn it is not yet wait from the start. */
  private void lineUp() {
    var asking =
        left()
            .filter(row -> row.job().orderingKey() != null)
            .sorted(Comparator.comparing(LinkedBatch::orderingKey))
            .toList();
    if (asking.isEmpty()) {
      return;
    }
    var first =
        new HashSet<>(
            jdbc.sql("select id from line_up(:ids::uuid[], :keys::text[]) as l(id)")
                .param("ids", texts(asking, row -> row.id().toString()))
                .param("keys", texts(asking, LinkedBatch::orderingKey))
                .query(JobRows::id)
                .list());
    for (var row : asking) {
      var start = starts.getOrDefault(row.id(), start(row));
      starts.put(
          row.id(),
          first.contains(row.id()) ? start.holding("order:" + orderingKey(row)) : start.behind());
    }
  }

  private static String orderingKey(JobRow row) {
    return row.job().tenant() + "/" + row.job().orderingKey();
  }

  private static UniqueKey unique(JobRow row) {
    return Objects.requireNonNull(row.job().unique());
  }

  private static @Nullable String periodMillis(UniqueKey unique) {
    var period = unique.period();
    return period == null ? null : Long.toString(period.toMillis());
  }

  private static @Nullable JobId idOrNull(@Nullable UUID id) {
    return id == null ? null : new JobId(id);
  }

  // Ends ------------------------------------------------------------------------------------------

  private static Start start(JobRow row) {
    var job = row.job();
    boolean linked =
        job.unique() != null
            || job.orderingKey() != null
            || job.workflow() != null
            || row.callback() != null;
    return new Start(false, null, job.after().size(), linked);
  }

  private List<Touched> follow(List<JobId> endedParents) {
    if (endedParents.isEmpty() && replaced.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            """
            select * from catch_up(:parents::uuid[])
            union all select * from after_end(:replaced::uuid[])
            union all select id, pool, false from job where id = any(:replaced::uuid[])
            """)
        .param("parents", texts(endedParents, JobId::toString))
        .param("replaced", texts(replaced, JobId::toString))
        .query(Touched::of)
        .list();
  }

  private Map<JobId, JobState> states(List<JobRow> accepted) {
    return statesOf(accepted.stream().map(JobRow::id).toList());
  }

  private Set<String> duePools(List<JobRow> accepted, Map<JobId, JobState> states) {
    var pools = new LinkedHashSet<String>();
    for (var row : accepted) {
      if (states.get(row.id()) == JobState.AVAILABLE) {
        pools.add(row.pool());
      }
    }
    return pools;
  }

  private Map<JobId, JobState> statesOf(List<JobId> ids) {
    var states = new HashMap<JobId, JobState>();
    if (!ids.isEmpty()) {
      jdbc.sql("select id, state from job where id = any(:ids::uuid[])")
          .param("ids", texts(ids, JobId::toString))
          .query(
              row -> {
                states.put(
                    new JobId(row.getObject("id", UUID.class)),
                    JobState.of(row.getString("state")));
              });
    }
    return states;
  }

  private void refuse(JobRow row, Reason reason, String detail, @Nullable JobId holder) {
    answers.put(row.id(), new Enqueued.Refused(reason, detail, holder));
  }
}
