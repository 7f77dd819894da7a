package dev.offstage.store;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Turns a batch's values into the arrays that {@code unnest} takes. */
final class Columns {
  private Columns() {}

  interface Text<T> {
    @Nullable String of(T value);
  }

  /** One column of a batch, as text; the statement casts it. */
  static <T> @Nullable String[] texts(Collection<T> values, Text<T> text) {
    var texts = new @Nullable String[values.size()];
    int i = 0;
    for (var value : values) {
      texts[i++] = text.of(value);
    }
    return texts;
  }

  /** {@code value} as text, or null. */
  static @Nullable String textOf(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
