package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.step.ExecutionLostException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.repository.JobRepository;

/** Runs executions that this node has taken, each on a thread of its own. */
final class Launcher {
  private static final Logger log = LoggerFactory.getLogger(Launcher.class);

  private final JobRepository owned;
  private final Catalog catalog;
  private final Running running;
  private final Recovery recovery;
  private final Bell bell;
  private final MeterRegistry meters;

  /**
   * @param owned that writes for executions of this node
   */
  Launcher(
      JobRepository owned,
      Catalog catalog,
      Running running,
      Recovery recovery,
      Bell bell,
      MeterRegistry meters) {
    this.owned = owned;
    this.catalog = catalog;
    this.running = running;
    this.recovery = recovery;
    this.bell = bell;
    this.meters = meters;
    meters.gauge("offstage.batch.running", running, Running::count);
  }

  /** Begins an execution that has just been taken. */
  void launch(long execution, UUID node) {
    var entry = running.enter(execution, node);
    running.begin(entry, Thread.ofVirtual().name("batch-" + execution).unstarted(() -> run(entry)));
  }

  /** Whatever is left undone here, the loop finds as an execution of its own that nobody runs. */
  private void run(Running.Entry entry) {
    try {
      var execution = Objects.requireNonNull(owned.getJobExecution(entry.execution()));
      var name = execution.getJobInstance().getJobName();
      var batch = Objects.requireNonNull(catalog.find(name));
      // Not its parameters: they may name a person.
      log.info("Running {} {}", name, execution.getId());
      batch.job().execute(execution);
      recovery.ended(entry, execution);
      ended(name, execution);
    } catch (ExecutionLostException e) {
      log.warn("Gave up: {}", e.getMessage());
    } catch (Exception e) {
      log.error("The execution {} did not end in order", entry.execution(), e);
    } finally {
      running.leave(entry);
      bell.ring();
    }
  }

  private void ended(String name, JobExecution execution) {
    log.info("{} {} ended: {}", name, execution.getId(), execution.getExitStatus().getExitCode());
    meters
        .counter("offstage.batch.ended", "batch", name, "status", execution.getStatus().name())
        .increment();
  }
}
