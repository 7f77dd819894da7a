package dev.offstage.scheduler.schedule;

import dev.offstage.client.JobClient;
import dev.offstage.client.JobRefusedException;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.scheduler.batch.BatchRefusedException;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.store.Db;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Launches runs: that one is launched, and its batch's start or its job, are one commit. */
@Component
public class RunLauncher {
  private static final Logger log = LoggerFactory.getLogger(RunLauncher.class);

  private final Db db;
  private final ScheduleRuns runs;
  private final Batches batches;
  private final JobClient jobs;

  RunLauncher(Db db, ScheduleRuns runs, Batches batches, JobClient jobs) {
    this.db = db;
    this.runs = runs;
    this.batches = batches;
    this.jobs = jobs;
  }

  /** Launches a run, unless it is launched; answers how it stands then. */
  public ScheduleRun launch(UUID id) {
    var run = find(id);
    if (run.state() != ScheduleRun.State.PLANNED) {
      return run;
    }
    try {
      db.transactions()
          .executeWithoutResult(
              status -> {
                if (runs.launch(id)) {
                  start(run);
                }
              });
    } catch (BatchRefusedException
        | JobRefusedException
        | IllegalArgumentException
        | DataIntegrityViolationException e) {
      log.warn("The run of {} for {} was refused: {}", run.schedule(), run.tick(), e.getMessage());
      runs.end(id, ScheduleRun.State.REFUSED, String.valueOf(e.getMessage()));
    }
    return find(id);
  }

  private ScheduleRun find(UUID id) {
    return runs.find(id)
        .orElseThrow(() -> new IllegalStateException("There is no run " + id + " any more"));
  }

  private void start(ScheduleRun run) {
    var definition = run.definition();
    if (definition.batch() != null) {
      var mode = definition.again() ? StartMode.AGAIN : StartMode.REFUSE_IF_COMPLETED;
      long execution =
          batches.start(
              definition.batch(), definition.parametersAt(run.tick()), mode, run.startedBy());
      runs.execution(run.id(), execution);
    } else {
      var job =
          NewJob.builder(
                  Objects.requireNonNull(definition.tenant()),
                  new JobKind(Objects.requireNonNull(definition.kind())),
                  definition.payloadAt(run.tick()))
              .build();
      runs.enqueued(run.id(), jobs.enqueue(job).value());
    }
  }
}
