package dev.offstage.scheduler.batch.retention;

import dev.offstage.retention.RetentionKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Rows that have passed their time: where they are, how many, and how they go. */
interface Expired {

  RetentionKind kind();

  /** How long they are kept where there is no rule; null for ever. */
  @Nullable Duration standard();

  /**
   * The tables that shares are in.
   *
   * @return a query of {@code name} and {@code to_at}: everything in it was made before that
   */
  String tables();

  long count(Share share);

  /** Takes so many at most; fewer once there are no more. */
  int take(Share share, int limit);
}
