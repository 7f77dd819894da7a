package dev.offstage.retention;

import java.util.Locale;

/** What is kept for a time. */
public enum RetentionKind {
  /** From a job's end. */
  JOBS,
  /** By the day on which they happened. */
  EVENTS,
  /** Events that were refused, by the day on which they came. */
  REJECTS,
  /** With all their variants, from their making; for ever where nobody says otherwise. */
  ASSETS,
  /** What batches have made, such as exports, from their making. */
  FILES;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static RetentionKind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
