package dev.offstage.scheduler.console.act;

import dev.offstage.body.Fields;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What requests say: short texts, and ids in paths. */
public final class Asked {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final int MAX_TEXT = 200;

  private Asked() {}

  /** A member of 1 to 200 characters. */
  public static @Nullable String text(Fields fields, String name) {
    return fields.text(name, text -> text(name, text));
  }

  /**
   * @throws IllegalArgumentException unless it has 1 to 200 characters
   */
  public static String text(String name, String text) {
    if (text.isBlank() || text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "%s: %s (expected: 1 to %d characters)".formatted(name, Fields.shown(text), MAX_TEXT));
    }
    return text;
  }

  /** An id that is a number. */
  public static long number(String text, String what) {
    if (!NUMBER.matcher(text).matches()) {
      throw Acts.missing(what + ": an id is a number");
    }
    return Long.parseLong(text);
  }

  /** An id that is a UUID. */
  public static UUID uuid(String text, String what) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw Acts.missing(what + ": an id is a UUID");
    }
  }
}
