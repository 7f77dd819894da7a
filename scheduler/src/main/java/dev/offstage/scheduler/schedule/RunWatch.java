package dev.offstage.scheduler.schedule;

import java.util.UUID;

/** Whoever launches planned runs and stays with them. */
public interface RunWatch {
  /** Sees to a run, unless it is seen to; soon, and by any node. */
  void watch(UUID run);
}
