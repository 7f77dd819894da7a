package dev.offstage.rollup;

import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts persons from the sketches that roll-ups keep. */
public final class Sketches {
  private static final int FETCHED = 1_000;

  private final JdbcClient jdbc;

  private Sketches(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param jdbc in a transaction, so that rows need not all be in memory at once
   */
  public static Sketches over(JdbcClient jdbc) {
    return new Sketches(jdbc);
  }

  /** By what persons are told apart: an event's value is its type, a colon and its name. */
  public enum Dimension {
    ALL,
    EVENT,
    PLATFORM,
    VERSION;

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Of each value, the persons within the hours that begin in the range.
   *
   * @param app null for all of the tenant's
   * @param value null for each that there is
   * @param to excluded
   */
  public Map<String, UniqueCount> count(
      String tenant,
      @Nullable String app,
      Dimension dimension,
      @Nullable String value,
      Instant from,
      Instant to) {
    var counts = new HashMap<String, UniqueCount>();
    jdbc.sql(
            """
            select value, sketch from rollup_sketch
            where tenant = :tenant and dimension = :dimension
              and hour >= :from::timestamptz and hour < :to::timestamptz
              and (:app::text is null or app = :app) and (:value::text is null or value = :value)
            """)
        .param("tenant", tenant)
        .param("dimension", dimension.text())
        .param("from", from.toString())
        .param("to", to.toString())
        .param("app", app)
        .param("value", value)
        .withFetchSize(FETCHED)
        .query(
            row -> {
              counts
                  .computeIfAbsent(row.getString("value"), v -> new UniqueCount())
                  .add(row.getBytes("sketch"));
            });
    return counts;
  }
}
