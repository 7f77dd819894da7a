package dev.offstage.job;

/** The form that every key of a job has. */
final class Keys {
  private static final int MAX = 200;

  private Keys() {}

  static void check(String field, String key) {
    if (key.isEmpty() || key.length() > MAX || key.chars().anyMatch(Character::isISOControl)) {
      var shown = key.length() > 40 ? key.substring(0, 40) + "…" : key;
      throw new IllegalArgumentException(
          field + ": " + shown + " (expected: 1 to " + MAX + " characters, no control characters)");
    }
  }
}
