package dev.offstage.standalone.demo;

import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.batch.StartMode;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Counts a week's roll-ups anew, as an operator would after a mistake. */
public final class RollupDemo {
  private static final int DAYS = 7;
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(2);
  private static final long LOOK_MILLIS = 100;

  private final Batches batches;
  private final Screen screen;

  public RollupDemo(Batches batches, Screen screen) {
    this.batches = batches;
    this.screen = screen;
  }

  /**
   * Runs the batch to its end, and says what came of it.
   *
   * @param today in UTC
   * @param operators where operators see it
   */
  public void run(String tenant, LocalDate today, String operators) throws InterruptedException {
    screen.say("");
    screen.say("Rolling these days up again, with the batch rollup");
    long execution =
        batches.start(
            "rollup",
            Map.of(
                "tenant", tenant,
                "from", today.minusDays(DAYS - 1L).toString(),
                "to", today.toString()),
            StartMode.AGAIN,
            "ops/run");
    tell(await(execution));
    screen.say("  see it     %s/ops/v1/executions/%d", operators, execution);
  }

  private BatchRun await(long execution) throws InterruptedException {
    var bar = new Bar(screen, "rollup");
    long end = System.nanoTime() + PATIENCE;
    while (true) {
      var run = batches.find(execution).orElseThrow();
      double done = run.total() == 0 ? 0 : (double) run.done() / run.total();
      var note = "%s, %d of %d parts".formatted(word(run.state()), run.done(), run.total());
      if (!run.state().isLive() || System.nanoTime() > end) {
        bar.end(done, note);
        return run;
      }
      bar.show(done, note);
      // Nobody counts it down: it is only a wait.
      boolean unused = new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static String word(BatchState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private void tell(BatchRun run) {
    var duration = run.duration();
    screen.say(
        "  execution  %d: %,d events in %,d hours, read %d, written %d, skipped %d, %.1f s",
        run.execution(),
        run.figures().getOrDefault("events", 0L),
        run.figures().getOrDefault("hours", 0L),
        run.read(),
        run.written(),
        run.skipped(),
        duration == null ? 0 : duration.toMillis() / 1e3);
    if (run.state() != BatchState.COMPLETED && run.exitMessage() != null) {
      screen.say("  %s", Text.plain(run.exitMessage().lines().findFirst().orElse("")));
    }
  }
}
