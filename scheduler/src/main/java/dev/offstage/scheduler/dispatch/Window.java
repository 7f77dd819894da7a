package dev.offstage.scheduler.dispatch;

import java.time.Duration;

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

  /** A queue that was found empty is filled again as soon as consumers may have seen it. */
  private static final Duration GROWING = Duration.ofMillis(10);

  private static final Duration MOST_REST = Duration.ofMillis(200);

  private final int min;
  private final int max;
  private double perSecond;
  private long depth;
  private long depthBefore;
  private long sent;
  private double seconds;
  private boolean measured;
  private long roomBefore;
  private boolean growing;

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
    growing = depthNow == 0 && (newlySent == 0 || newlySent >= roomBefore);
    if (growing && newlySent > 0) { // the rate is higher by far than was thought
      perSecond = Math.min(2 * Math.max(perSecond, min / SECONDS), max / SECONDS);
    }
    depth = depthNow;
    roomBefore = room();
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

  /** How long a full window lasts: until half of it has gone, at the rate that was measured. */
  Duration rest() {
    if (growing || perSecond == 0) {
      return growing ? GROWING : MOST_REST;
    }
    long half = Math.round(500 * size() / perSecond);
    return Duration.ofMillis(Math.clamp(half, GROWING.toMillis(), MOST_REST.toMillis()));
  }

  /** Jobs that the queue has room for. */
  int room() {
    return (int) Math.max(0, size() - depth);
  }
}
