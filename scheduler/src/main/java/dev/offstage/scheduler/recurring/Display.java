package dev.offstage.scheduler.recurring;

import dev.offstage.scheduler.batch.BatchRun;
import java.util.HashSet;
import java.util.Set;
import org.jobrunr.jobs.context.JobContext;

/** Shows a batch's execution in JobRunr's dashboard: a bar, and a line for what is new. */
final class Display {
  private static final int PERCENT = 100;
  private static final String CAUSED_BY = "Caused by: ";

  private final JobContext context;
  private final Set<String> said = new HashSet<>();

  Display(JobContext context) {
    this.context = context;
  }

  void show(BatchRun run) {
    once("Execution %d of %s, by %s".formatted(run.execution(), run.batch(), run.startedBy()));
    if (run.node() != null) {
      once("Execution %d runs on %s".formatted(run.execution(), run.node()));
    }
    long skipped = run.skipped();
    if (skipped > 0 && said.add("skips")) {
      context.logger().warn("Some items are skipped; the batch's skip log has them.");
    }
    for (var step : run.steps()) {
      once("Step " + step.name() + " has begun");
      if (step.status().equals("COMPLETED")) {
        once(
            "Step %s has ended: %d read, %d written, %d skipped"
                .formatted(step.name(), step.read(), step.written(), step.skipped()));
      }
    }
    context.progressBar(PERCENT).setProgress(percent(run));
    if (!run.state().isLive()) {
      once("Execution %d: %s".formatted(run.execution(), run.exitCode()));
    }
  }

  /** Never whole before it has completed: how much there is to do may only be known on the way. */
  private static long percent(BatchRun run) {
    return switch (run.state()) {
      case COMPLETED -> PERCENT;
      default ->
          run.total() <= 0 ? 0 : Math.clamp(PERCENT * run.done() / run.total(), 0, PERCENT - 1);
    };
  }

  private void once(String line) {
    if (said.add(line)) {
      context.logger().info(line);
    }
  }

  /** Why it failed: the last cause that its stack trace names, or what it says else. */
  static String cause(BatchRun run) {
    var message = run.exitMessage();
    if (message == null || message.isBlank()) {
      return run.exitCode();
    }
    int last = message.lastIndexOf(CAUSED_BY);
    var cause = last < 0 ? message : message.substring(last + CAUSED_BY.length());
    return cause.lines().findFirst().orElse(message).strip();
  }

  static String summary(BatchRun run) {
    return "execution %d: %d read, %d written, %d skipped"
        .formatted(run.execution(), run.read(), run.written(), run.skipped());
  }
}
