package dev.offstage.scheduler.batch;

/** What to do where a batch has run for the same parameters before. */
public enum StartMode {
  /**
   * One that completed is not run again; one that failed or was stopped goes on from its last
   * chunk; an abandoned one is begun anew.
   */
  REFUSE_IF_COMPLETED,

  /** Run it again from its beginning, on purpose, unless it runs just now. */
  AGAIN
}
