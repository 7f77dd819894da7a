package dev.offstage.scheduler.dispatch;

/**
 * How many jobs of a pool the broker should hold: about two seconds of the rate at which the pool
 * takes them, measured. Pure; not for concurrent use.
 */
final class Window {
  private static final double SECONDS = 2;
  private static final double WEIGHT = 0.3;

  private final int min;
  private final int max;
  private double perSecond;
  private long depth;
  private boolean measured;

  Window(int min, int max) {
    this.min = min;
    this.max = max;
  }

  /**
   * Takes a measurement.
   *
   * @param depthNow jobs in the queue now
   * @param sent jobs sent since the last measurement
   * @param seconds since the last measurement
   */
  void measure(long depthNow, long sent, double seconds) {
    if (measured && seconds > 0) {
      double taken = Math.max(0, depth + sent - depthNow);
      perSecond += WEIGHT * (taken / seconds - perSecond);
    }
    measured = true;
    depth = depthNow;
  }

  int size() {
    return (int) Math.clamp(Math.round(perSecond * SECONDS), min, max);
  }

  /** Jobs that the queue has room for. */
  int room() {
    return (int) Math.max(0, size() - depth);
  }
}
