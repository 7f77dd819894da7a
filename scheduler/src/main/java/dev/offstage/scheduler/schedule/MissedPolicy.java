package dev.offstage.scheduler.schedule;

/** What becomes of ticks that nobody was there for. */
public enum MissedPolicy {
  /** They are let go. */
  SKIP,
  /** The latest of them is run, for all. */
  ONCE,
  /** Each is run, the oldest first. */
  EACH
}
