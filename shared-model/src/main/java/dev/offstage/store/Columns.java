package dev.offstage.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Turns a batch into the arrays that {@code unnest} takes, one a named parameter. */
public final class Columns<T> {
  private final Collection<T> rows;
  private final Map<String, Object> arrays = new HashMap<>();

  private Columns(Collection<T> rows) {
    this.rows = rows;
  }

  public static <T> Columns<T> of(Collection<T> rows) {
    return new Columns<>(rows);
  }

  /** What a row has of a column. */
  public interface Text<T> {
    @Nullable Object of(T value);
  }

  /** A column as text; the statement casts it. */
  public Columns<T> text(String name, Text<T> value) {
    arrays.put(name, texts(rows, value));
    return this;
  }

  /** A column of what {@code part} has, where a row has that part. */
  public <P> Columns<T> text(String name, Function<T, @Nullable P> part, Text<P> value) {
    return text(
        name,
        row -> {
          var has = part.apply(row);
          return has == null ? null : value.of(has);
        });
  }

  public Columns<T> ints(String name, ToIntFunction<T> value) {
    arrays.put(name, rows.stream().mapToInt(value).toArray());
    return this;
  }

  public Columns<T> longs(String name, ToLongFunction<T> value) {
    arrays.put(name, rows.stream().mapToLong(value).toArray());
    return this;
  }

  public Columns<T> flags(String name, Predicate<T> value) {
    arrays.put(name, rows.stream().map(value::test).toArray(Boolean[]::new));
    return this;
  }

  /** What a statement's {@code params} takes. */
  public Map<String, Object> arrays() {
    return arrays;
  }

  /** One column of a batch, as text; the statement casts it. */
  static <T> @Nullable String[] texts(Collection<T> values, Text<T> text) {
    var texts = new @Nullable String[values.size()];
    int i = 0;
    for (var value : values) {
      var has = text.of(value);
      texts[i++] = has == null ? null : has.toString();
    }
    return texts;
  }
}
