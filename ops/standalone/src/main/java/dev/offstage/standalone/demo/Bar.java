package dev.offstage.standalone.demo;

import java.time.Duration;
import java.util.Locale;

/** A progress bar of one thing that is under way. Drawn at most every 50 ms. */
final class Bar {
  private static final int CELLS = 28;
  private static final Duration PACE = Duration.ofMillis(50);

  private final Screen screen;
  private final String label;
  private long drawnAt = System.nanoTime() - PACE.toNanos();

  Bar(Screen screen, String label) {
    this.screen = screen;
    this.label = label;
  }

  /**
   * @param done from 0 to 1
   */
  void show(double done, String note) {
    long now = System.nanoTime();
    if (now - drawnAt >= PACE.toNanos()) {
      drawnAt = now;
      screen.draw(line(done, note));
    }
  }

  /** Shows it a last time; it stays. */
  void end(double done, String note) {
    screen.settle(line(done, note));
  }

  private String line(double done, String note) {
    double part = Math.clamp(done, 0, 1);
    int full = (int) Math.round(part * CELLS);
    return String.format(
        Locale.ROOT,
        "  %-7s %s%s %3.0f%%  %s",
        label,
        "█".repeat(full),
        "░".repeat(CELLS - full),
        Math.floor(part * 100),
        note);
  }
}
