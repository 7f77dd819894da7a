package dev.offstage.plan;

import java.util.Arrays;
import java.util.Locale;

/** What becomes of an event that does not look as it should; the later, the stricter. */
public enum Action {
  ACCEPT,
  /** It is kept, and noted. */
  FLAG,
  /** It goes to the rejects, from where it can be replayed. */
  REJECT;

  /** As plans spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Action of(String field, String text) {
    return Arrays.stream(values())
        .filter(action -> action.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    field + ": " + text + " (expected: accept, flag or reject)"));
  }
}
