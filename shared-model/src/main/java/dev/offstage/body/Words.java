package dev.offstage.body;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Enums as the API spells them: in lower case. */
public final class Words {
  private Words() {}

  /**
   * @throws IllegalArgumentException naming {@code field}, the value and the words there are
   */
  public static <E extends Enum<E>> E of(Class<E> type, String field, String text) {
    for (var value : type.getEnumConstants()) {
      if (word(value).equals(text)) {
        return value;
      }
    }
    var words =
        Arrays.stream(type.getEnumConstants()).map(Words::word).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "%s: %s (expected: one of %s)".formatted(field, Fields.shown(text), words));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
