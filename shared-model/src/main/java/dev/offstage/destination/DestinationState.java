package dev.offstage.destination;

import dev.offstage.job.DestinationName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a destination stands, over the whole cluster.
 *
 * @param paused by an operator, until one says otherwise
 * @param shut whether nobody passes before a time
 * @param probing whether that time is over, and a few try whether it is well again
 * @param shutFor how long it is still shut; zero or less if it is not
 * @param reason why it is paused or shut
 * @param held jobs that have a slot
 * @param atOnce jobs that may have one
 * @param waiting jobs that wait
 */
public record DestinationState(
    DestinationName name,
    boolean paused,
    boolean shut,
    boolean probing,
    Duration shutFor,
    @Nullable String reason,
    int held,
    int atOnce,
    long waiting) {

  /** Whether calls may be made as ever. */
  public boolean isOpen() {
    return !paused && !shut && !probing;
  }
}
