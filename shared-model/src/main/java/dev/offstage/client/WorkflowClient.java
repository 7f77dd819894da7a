package dev.offstage.client;

import dev.offstage.job.Condition;
import dev.offstage.job.Enqueued;
import dev.offstage.job.IdempotencyKey;
import dev.offstage.job.JobId;
import dev.offstage.job.Membership;
import dev.offstage.job.NewJob;
import dev.offstage.job.NewWorkflow;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import dev.offstage.queue.QueueProperties;
import dev.offstage.store.Db;
import dev.offstage.store.JobIds;
import dev.offstage.store.JobRow;
import dev.offstage.store.LinkedEnqueueStore;
import dev.offstage.store.WorkflowStore;
import dev.offstage.trace.JobTraces;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionStatus;

/** Starts workflows, whole or not at all, and cancels them. */
@Component
public class WorkflowClient {
  private static final int BATCH = 500;

  private final Db db;
  private final WorkflowStore workflows;
  private final LinkedEnqueueStore jobs;
  private final JobIds ids;
  private final QueueProperties queues;
  private final JobTraces traces;
  private final Announcer announcer;
  private final JobControl control;

  WorkflowClient(
      Db db,
      WorkflowStore workflows,
      LinkedEnqueueStore jobs,
      JobIds ids,
      QueueProperties queues,
      JobTraces traces,
      Announcer announcer,
      JobControl control) {
    this.db = db;
    this.workflows = workflows;
    this.jobs = jobs;
    this.ids = ids;
    this.queues = queues;
    this.traces = traces;
    this.announcer = announcer;
    this.control = control;
  }

  /**
   * A workflow that has been started.
   *
   * @param jobs by ref; none if any was refused
   * @param refused by ref: then nothing was started
   * @param repeated whether the idempotency key had started it before
   */
  public record Started(
      UUID id, Map<String, JobId> jobs, Map<String, Enqueued.Refused> refused, boolean repeated) {}

  /**
   * Starts a workflow: its jobs are durable when this returns, or (in a caller's transaction) once
   * that has committed.
   */
  public Started start(NewWorkflow workflow) {
    return start(workflow, null);
  }

  /**
   * Starts a workflow unless the key has started it: then that is answered, as it was at first. Two
   * who come with the same key at once are one after the other.
   *
   * @throws JobRefusedException if the key was used for something else
   */
  public Started start(NewWorkflow workflow, @Nullable IdempotencyKey key) {
    var draft = draft(workflow);
    return Objects.requireNonNull(
        db.transactions()
            .execute(
                status -> {
                  var before = key == null ? null : startedBefore(draft, key);
                  return before == null ? insert(draft, status) : before;
                }));
  }

  /** A workflow with its ids: its members by ref, and those beside them that wait for the whole. */
  private record Draft(
      JobId id, NewWorkflow workflow, Map<String, JobRow> members, List<JobRow> others) {
    JobId first() {
      return members.values().iterator().next().id();
    }

    List<JobRow> rows() {
      return Stream.concat(members.values().stream(), others.stream()).toList();
    }
  }

  private Draft draft(NewWorkflow workflow) {
    var id = ids.next();
    var jobIds = new HashMap<String, JobId>();
    workflow.members().forEach(member -> jobIds.put(member.ref(), ids.next()));
    var members = new LinkedHashMap<String, JobRow>();
    for (var member : workflow.members()) {
      var jobId = Objects.requireNonNull(jobIds.get(member.ref()));
      members.put(member.ref(), row(jobId, member(workflow, id, member, jobIds)));
    }
    var others = new ArrayList<JobRow>();
    whole(workflow.onCompleted(), id, Condition.COMPLETED, others);
    whole(workflow.onFailed(), id, Condition.FAILED, others);
    return new Draft(id, workflow, members, others);
  }

  /** Takes the key, or answers what it has started. */
  private @Nullable Started startedBefore(Draft draft, IdempotencyKey key) {
    var workflow = draft.workflow();
    var first = workflows.remember(workflow.tenant(), key, draft.first());
    if (first.equals(Optional.of(draft.first()))) {
      return null;
    }
    var before = first.flatMap(workflows::startedWith);
    if (before.isEmpty()) {
      throw new JobRefusedException(
          new Enqueued.Refused(
              Enqueued.Reason.IDEMPOTENCY_KEY_REUSED,
              "The idempotency key was used for another request.",
              null));
    }
    var jobs = new LinkedHashMap<String, JobId>();
    for (var ref : draft.members().keySet()) {
      var job = before.get().jobs().get(ref);
      if (job != null) {
        jobs.put(ref, job);
      }
    }
    return new Started(before.get().workflow(), jobs, Map.of(), true);
  }

  private Started insert(Draft draft, TransactionStatus status) {
    var id = draft.id().value();
    var workflow = draft.workflow();
    workflows.insert(
        id, workflow.tenant(), workflow.owner(), workflow.name(), workflow.onDiscard());
    var answers = jobs.enqueue(draft.rows());
    var refused = refused(draft.members(), answers.enqueued());
    if (!refused.isEmpty()) {
      status.setRollbackOnly();
      return new Started(id, Map.of(), refused, false);
    }
    Announcer.afterCommit(() -> announcer.announceLinked(answers));
    var started = new LinkedHashMap<String, JobId>();
    draft.members().forEach((ref, row) -> started.put(ref, row.id()));
    return new Started(id, started, Map.of(), false);
  }

  private JobRow row(JobId id, NewJob job) {
    return JobRow.of(id, job, queues.poolOf(job.kind()), traces.current());
  }

  private static NewJob member(
      NewWorkflow workflow, JobId id, NewWorkflow.Member member, Map<String, JobId> jobIds) {
    var after = new ArrayList<>(member.job().after());
    member.after().stream()
        .distinct()
        .forEach(
            ref ->
                after.add(
                    new Parent(
                        Objects.requireNonNull(jobIds.get(ref)),
                        Condition.COMPLETED,
                        workflow.onDiscard())));
    return member.job().toBuilder()
        .workflow(new Membership(id.value(), member.ref()))
        .after(after)
        .build();
  }

  /** A job that waits for the whole. */
  private void whole(@Nullable NewJob job, JobId workflow, Condition on, List<JobRow> rows) {
    if (job != null) {
      var parent = new Parent(workflow, on, OnDiscard.CANCEL);
      rows.add(row(ids.next(), job.toBuilder().after(List.of(parent)).build()));
    }
  }

  /** A member for which another job stands in would leave its children without a parent. */
  private static Map<String, Enqueued.Refused> refused(
      Map<String, JobRow> members, List<Enqueued> answers) {
    var refused = new LinkedHashMap<String, Enqueued.Refused>();
    int i = 0;
    for (var ref : members.keySet()) {
      switch (answers.get(i++)) {
        case Enqueued.Refused refusal -> refused.put(ref, refusal);
        case Enqueued.Existing(var job, var state) ->
            refused.put(
                ref,
                new Enqueued.Refused(
                    Enqueued.Reason.UNIQUE_KEY_TAKEN,
                    "The job " + job + " stands in its place.",
                    job));
        case Enqueued.Accepted accepted -> {}
      }
    }
    return refused;
  }

  /**
   * Cancels what has not ended of a workflow, and what waits for the whole of it. What runs is
   * asked to end.
   *
   * @return whether the caller has such a workflow
   */
  public boolean cancel(UUID id, String tenant, @Nullable String owner, String reason) {
    if (workflows.find(id, tenant, owner).isEmpty()) {
      return false;
    }
    for (var batch = workflows.unended(id, BATCH);
        !batch.isEmpty();
        batch = workflows.unended(id, BATCH)) {
      control.cancelAll(batch, tenant, null, reason);
    }
    return true;
  }
}
