package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.Enqueued;
import dev.offstage.job.Enqueued.Reason;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.UniqueKey;
import dev.offstage.store.EnqueueStore.Start;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One transaction's work on a batch of jobs that concern other rows. Locks in the order that
 * everybody does: unique keys, parents by id, gates, parents that wait at one, workflows.
 */
final class LinkedBatch {
  private final JdbcClient jdbc;
  private final EnqueueStore inserts;
  private final IdempotencyKeys idempotency;
  private final UniqueKeys uniques;
  private final OrderingKeys orders;
  private final Dependencies dependencies;
  private final List<JobRow> rows;

  /** What became of a row, once it is known. */
  private final Map<JobId, Enqueued> answers = new HashMap<>();

  /** How the rows that are left begin. */
  private final Map<JobId, Start> starts = new LinkedHashMap<>();

  private final List<JobId> replaced = new ArrayList<>();

  LinkedBatch(JdbcClient jdbc, EnqueueStore inserts, List<JobRow> rows) {
    this.jdbc = jdbc;
    this.inserts = inserts;
    this.idempotency = new IdempotencyKeys(jdbc);
    this.uniques = new UniqueKeys(jdbc);
    this.orders = new OrderingKeys(jdbc);
    this.dependencies = new Dependencies(jdbc);
    this.rows = rows;
  }

  LinkedEnqueueStore.Answers enqueue() {
    answerRepeats();
    answerRemembered();
    refuseStrangers();
    takeUniqueKeys();
    var parents = Dependencies.parentsOf(left());
    dependencies.lockFree(parents);
    lineUp();
    var ended = dependencies.lock(parents);
    dependencies.join(left());
    var accepted = left().stream().flatMap(LinkedBatch::withCallback).toList();
    accepted.forEach(row -> starts.putIfAbsent(row.id(), start(row)));
    inserts.insert(accepted, starts);
    dependencies.insert(accepted);
    remember();
    var touched = follow(ended);
    var states = statesOf(accepted.stream().map(JobRow::id).toList());
    left().forEach(row -> answers.put(row.id(), accepted(row, states)));
    return new LinkedEnqueueStore.Answers(
        rows.stream().map(row -> Objects.requireNonNull(answers.get(row.id()))).toList(),
        duePools(accepted, states),
        touched);
  }

  private static Enqueued accepted(JobRow row, Map<JobId, JobState> states) {
    return new Enqueued.Accepted(row.id(), Objects.requireNonNull(states.get(row.id())));
  }

  private static Stream<JobRow> withCallback(JobRow row) {
    return row.callback() == null ? Stream.of(row) : Stream.of(row, row.callback());
  }

  private List<JobRow> left() {
    return left(row -> true);
  }

  private List<JobRow> left(Predicate<JobRow> which) {
    return rows.stream().filter(row -> !answers.containsKey(row.id())).filter(which).toList();
  }

  private void refuse(JobRow row, Reason reason, String detail, @Nullable JobId holder) {
    answers.put(row.id(), new Enqueued.Refused(reason, detail, holder));
  }

  /** The batch is sent again: whatever of it is there was committed whole. */
  private void answerRepeats() {
    statesOf(rows.stream().map(JobRow::id).toList())
        .forEach((id, state) -> answers.put(id, new Enqueued.Accepted(id, state)));
  }

  private void answerRemembered() {
    var asking = left(row -> row.job().idempotency() != null);
    if (asking.isEmpty()) {
      return;
    }
    var made = idempotency.made(asking);
    for (var row : asking) {
      var key = IdempotencyKeys.Key.of(row);
      var fingerprint = IdempotencyKeys.idempotency(row).fingerprint();
      var before = made.get(key);
      if (before == null) {
        made.put(
            key, new IdempotencyKeys.Made(fingerprint, row.id(), EnqueueStore.state(row.job())));
      } else if (before.fingerprint().equals(fingerprint)) {
        answers.put(row.id(), new Enqueued.Existing(before.job(), before.state()));
      } else {
        var detail = "The idempotency key was used for another request.";
        refuse(row, Reason.IDEMPOTENCY_KEY_REUSED, detail, before.job());
      }
    }
  }

  private void remember() {
    var asking = left(row -> row.job().idempotency() != null);
    if (!asking.isEmpty()) {
      idempotency.remember(asking);
    }
  }

  /** Jobs that wait for what their tenant does not have, or join a workflow that is closed. */
  private void refuseStrangers() {
    var children = left(row -> !row.job().after().isEmpty());
    var known = dependencies.tenantsOf(Dependencies.parentsOf(children));
    left().forEach(row -> known.put(row.id(), row.job().tenant()));
    for (var row : children) {
      for (var parent : row.job().after()) {
        if (!row.job().tenant().equals(known.get(parent.id()))) {
          var detail = "There is no job " + parent.id() + " to wait for.";
          refuse(row, Reason.UNKNOWN_PARENT, detail, null);
        }
      }
    }
    var members = left(row -> row.job().workflow() != null);
    var open = dependencies.openWorkflows(members);
    for (var row : members) {
      var workflow = Objects.requireNonNull(row.job().workflow()).workflow();
      if (!row.job().tenant().equals(open.get(workflow))) {
        var detail = "There is no workflow " + workflow + " that is still under way.";
        refuse(row, Reason.WORKFLOW_CLOSED, detail, null);
      }
    }
  }

  private void takeUniqueKeys() {
    var asking = new HashMap<JobId, JobRow>();
    var requests = new ArrayList<UniqueKeys.Request>();
    for (var row : left()) {
      var unique = row.job().unique();
      if (unique != null) {
        asking.put(row.id(), row);
        requests.add(
            new UniqueKeys.Request(row.id(), row.job().tenant(), row.job().kind().name(), unique));
      }
    }
    for (var taken : uniques.take(requests)) {
      var row = Objects.requireNonNull(asking.get(taken.job()));
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

  private void keyIsTaken(JobRow row, JobId holder) {
    var unique = Objects.requireNonNull(row.job().unique());
    if (unique.policy() == UniqueKey.Policy.KEEP) {
      var state = statesOf(List.of(holder)).getOrDefault(holder, EnqueueStore.state(row.job()));
      answers.put(row.id(), new Enqueued.Existing(holder, state));
    } else {
      var detail = "The unique key is taken by the job " + holder + ".";
      refuse(row, Reason.UNIQUE_KEY_TAKEN, detail, holder);
    }
  }

  /** Those whose turn it is not yet wait from the start. */
  private void lineUp() {
    var asking = new LinkedHashMap<OrderingKeys.Entry, JobRow>();
    for (var row : left()) {
      var key = row.job().orderingKey();
      if (key != null) {
        asking.put(new OrderingKeys.Entry(row.id(), row.job().tenant(), key), row);
      }
    }
    // A stable sort: jobs of one key stay in the order in which they came.
    var entries =
        asking.keySet().stream().sorted(Comparator.comparing(OrderingKeys.Entry::gate)).toList();
    var first = orders.lineUp(entries);
    asking.forEach(
        (entry, row) -> {
          var start = starts.getOrDefault(row.id(), start(row));
          starts.put(
              row.id(), first.contains(row.id()) ? start.holding(entry.gate()) : start.behind());
        });
  }

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

  private static Set<String> duePools(List<JobRow> accepted, Map<JobId, JobState> states) {
    var pools = new LinkedHashSet<String>();
    for (var row : accepted) {
      if (states.get(row.id()) == JobState.AVAILABLE) {
        pools.add(row.pool());
      }
    }
    return pools;
  }

  private Map<JobId, JobState> statesOf(Collection<JobId> ids) {
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
}
