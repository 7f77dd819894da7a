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

  /**
   * @throws IllegalArgumentException if {@code text} is no priority's {@link #text()}
   */
  public static Priority of(String text) {
    for (var priority : values()) {
      if (priority.text().equals(text)) {
        return priority;
      }
    }
    throw new IllegalArgumentException(
        "priority: " + text + " (expected: high, normal, low or bulk)");
  }
}
