package dev.offstage.job;

import java.util.Locale;

/** How urgent a job is against others of its pool. Stored as its ordinal, most urgent first. */
public enum Priority {
  HIGH,
  NORMAL,
  LOW,
  BULK;

  /** As the API spells it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
