package dev.offstage.audit;

import java.util.Locale;

/** What came of an act. */
public enum Outcome {
  DONE,
  /** It made no sense, or its actor may not. */
  REFUSED,
  /** Something broke; nothing was done. */
  FAILED;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
