package dev.offstage.scheduler.dispatch;

/**
 * How many jobs of a pool the broker should hold: about two seconds of the rate at which the pool
 * takes them, measured. Pure; not for concurrent use.
 */
final class Window {
  private static final double SECONDS = 2;
  private static final double WEIGHT = 0.3;

  /**
   * A pool that had nothing to take has not become slow; but neither is its rate known for ever.
   */
  private static final double WEIGHT_OF_NOTHING = 0.01;

  /** Rates are measured over no less: rounds that follow each other at once tell nothing. */
  private static final double LEAST_SECONDS = 0.25;

  private final int min;
  private final int max;
  private double perSecond;
  private long depth;
  private long depthBefore;
  private long sent;
  private double seconds;
  private boolean measured;

  Window(int min, int max) {
    this.min = min;
    this.max = max;
  }

  /**
   * Takes a measurement.
   *
   * @param depthNow jobs in the queue now
   * @param newlySent jobs sent since the last measurement
   * @param newSeconds since the last measurement
   */
  void measure(long depthNow, long newlySent, double newSeconds) {
    depth = depthNow;
    sent += newlySent;
    seconds += newSeconds;
    if (!measured) {
      measured = true;
    } else if (seconds < LEAST_SECONDS) {
      return;
    } else {
      average(Math.max(0, depthBefore + sent - depthNow) / seconds);
    }
    depthBefore = depthNow;
    sent = 0;
    seconds = 0;
  }

  private void average(double rate) {
    boolean hadWork = depthBefore > 0 && depth > 0;
    double weight = rate < perSecond && !hadWork ? WEIGHT_OF_NOTHING : WEIGHT;
    perSecond += weight * (rate - perSecond);
  }

  int size() {
    return (int) Math.clamp(Math.round(perSecond * SECONDS), min, max);
  }

  /** Jobs that the queue has room for. */
  int room() {
    return (int) Math.max(0, size() - depth);
  }
}
