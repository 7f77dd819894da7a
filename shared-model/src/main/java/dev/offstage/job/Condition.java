package dev.offstage.job;

import java.util.Locale;

/** When a job that waits for another may run. */
public enum Condition {
  /** Once the other has completed. */
  COMPLETED,
  /** Once the other was discarded or cancelled; it is cancelled if the other completes. */
  FAILED,
  /** Once the other has ended, however. */
  ENDED;

  /** As PostgreSQL and the API spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
