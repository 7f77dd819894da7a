package dev.offstage.scheduler.batch.step;

import dev.offstage.batch.PartStore;
import dev.offstage.batch.PartStore.Part;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.store.Db;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.partition.support.AbstractPartitionHandler;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets the parts of a step run on the workers, each as a job, and waits for them. The job engine
 * carries them over RabbitMQ, takes them back from a worker that dies, and tries them again; a part
 * that was tried often enough has failed, and so has the step.
 *
 * <p>Spring Batch Integration's handler is not used: it can neither be stopped nor notice that a
 * worker died, and holds a message unacknowledged for as long as a part takes, which the broker
 * forbids.
 */
final class WorkerParts extends AbstractPartitionHandler {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration MOST_TIME = Duration.ofDays(1);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Whose the jobs are where a part has several tenants. */
  private static final String ALL_TENANTS = "offstage";

  private final Parts with;
  private final JobKind kind;
  private final Function<StepExecution, Map<String, Object>> payload;

  /** What it works with. */
  record Parts(
      JobRepository repository,
      TransactionOperations transactions,
      Db db,
      Ownership ownership,
      PartJobs jobs) {
    PartStore store() {
      return PartStore.over(db);
    }
  }

  WorkerParts(Parts with, JobKind kind, Function<StepExecution, Map<String, Object>> payload) {
    this.with = with;
    this.kind = kind;
    this.payload = payload;
  }

  @Override
  protected Set<StepExecution> doHandle(StepExecution manager, Set<StepExecution> parts)
      throws Exception {
    var open = new LinkedHashMap<JobId, StepExecution>();
    for (var part : parts) {
      open.put(send(part), part);
    }
    boolean cancelled = false;
    while (!open.isEmpty()) {
      if (!cancelled && with.ownership().isEnding(manager.getJobExecutionId())) {
        cancelled = true;
        cancel(open);
      }
      look(open, cancelled);
      rest(manager, cancelled);
    }
    return parts;
  }

  /** Once it is ending, ownership does not let it rest any more. */
  private void rest(StepExecution manager, boolean cancelled) throws InterruptedException {
    if (cancelled) {
      LockSupport.parkNanos(LOOK.toNanos() / 5);
      if (Thread.interrupted()) {
        throw new InterruptedException("the execution is to end at once");
      }
    } else {
      with.ownership().rest(manager.getJobExecutionId(), LOOK);
    }
  }

  private JobId send(StepExecution part) {
    return Objects.requireNonNull(
        with.transactions()
            .execute(
                status -> {
                  with.ownership().hold(part.getJobExecutionId());
                  with.store().begin(of(part));
                  part.setStartTime(now());
                  part.setStatus(BatchStatus.STARTED);
                  with.repository().update(part);
                  return with.jobs().client().enqueue(job(part));
                }));
  }

  private static Part of(StepExecution part) {
    long instance = part.getJobExecution().getJobInstance().getInstanceId();
    return new Part(instance, part.getStepName(), part.getId());
  }

  private NewJob job(StepExecution part) {
    var of = of(part);
    var text = new HashMap<>(payload.apply(part));
    text.put("instance", of.instance());
    text.put("step", of.step());
    text.put("execution", of.execution());
    return NewJob.builder(tenant(part), kind, JSON.writeValueAsString(text))
        .priority(Priority.LOW)
        .timeout(MOST_TIME)
        .tags(List.of("batch:" + part.getJobExecutionId()))
        .build();
  }

  private static String tenant(StepExecution part) {
    return RunParameters.of(part).optional("tenant").orElse(ALL_TENANTS);
  }

  private void cancel(Map<JobId, StepExecution> open) {
    var parts = open.values();
    var unused =
        with.jobs()
            .control()
            .cancelAll(
                open.keySet(), tenant(parts.iterator().next()), null, "the batch was stopped");
  }

  private record End(JobId job, @Nullable String outcome, @Nullable String message) {}

  private void look(Map<JobId, StepExecution> open, boolean cancelled) {
    for (var end : ends(new ArrayList<>(open.keySet()))) {
      var part = Objects.requireNonNull(open.get(end.job()));
      if (end.outcome() != null) {
        open.remove(end.job());
        settle(part, end, cancelled);
      }
    }
    count(open.values());
  }

  private List<End> ends(List<JobId> jobs) {
    return with.db()
        .jdbc()
        .sql(
            """
            select w.id, case when j.id is null then 'forgotten' else j.outcome end as outcome,
              j.error_message
            from unnest(:ids::uuid[]) as w(id)
              left join (select id, outcome, error_message from job
                         where id = any(:ids::uuid[])) j on j.id = w.id
            """)
        .param("ids", jobs.stream().map(JobId::toString).toArray(String[]::new))
        .query(
            (row, n) ->
                new End(
                    new JobId(row.getObject("id", UUID.class)),
                    row.getString("outcome"),
                    row.getString("error_message")))
        .list();
  }

  /** Shows how far those are that still run. */
  private void count(Collection<StepExecution> open) {
    for (var part : open) {
      if (counted(part)) {
        with.repository().update(part);
      }
    }
  }

  private boolean counted(StepExecution part) {
    long done =
        with.store().progress(of(part)).map(PartStore.Progress::done).orElse(part.getReadCount());
    boolean more = done != part.getReadCount();
    part.setReadCount(done);
    part.setWriteCount(done);
    part.setCommitCount(done);
    return more;
  }

  private void settle(StepExecution part, End end, boolean cancelled) {
    boolean unused = counted(part);
    var outcome = String.valueOf(end.outcome());
    if (outcome.equals("completed")) {
      part.setStatus(BatchStatus.COMPLETED);
      part.setExitStatus(ExitStatus.COMPLETED);
    } else if (cancelled) {
      part.setStatus(BatchStatus.STOPPED);
      part.setExitStatus(ExitStatus.STOPPED);
    } else {
      part.setStatus(BatchStatus.FAILED);
      part.setExitStatus(
          ExitStatus.FAILED.addExitDescription(
              "The job %s was %s: %s".formatted(end.job(), outcome, end.message())));
    }
    part.setEndTime(now());
    with.repository().update(part);
  }

  private LocalDateTime now() {
    return LocalDateTime.ofInstant(with.jobs().clock().instant(), ZoneId.systemDefault());
  }
}
