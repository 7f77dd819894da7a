package dev.offstage.job;

import java.util.Locale;

/** What becomes of a job that waits for one to complete which was discarded or cancelled. */
public enum OnDiscard {
  /** It is cancelled, and what waits for it likewise. */
  CANCEL,
  /** It runs all the same. */
  CONTINUE,
  /** It waits on, until an operator redrives the other or cancels it. */
  HOLD;

  /** As PostgreSQL and the API spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
