package dev.offstage.ingest.enqueue;

import dev.offstage.body.Durations;
import dev.offstage.body.Fields;
import dev.offstage.job.Backoff;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code backoff: {type, …}}. */
final class Backoffs {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration MAX = Duration.ofHours(1);

  private Backoffs() {}

  static @Nullable Backoff read(Fields job, String name) {
    var fields = job.object(name);
    if (fields == null) {
      return null;
    }
    var type = fields.required("type", "exponential, polynomial, fixed or table", text -> text);
    double jitter = fields.number("jitter", Backoff.DEFAULT_JITTER);
    var backoff = type == null ? null : job.made(name, () -> read(type, fields, jitter));
    if (type != null) {
      fields.noOthers();
    }
    return backoff;
  }

  private static @Nullable Backoff read(String type, Fields fields, double jitter) {
    return switch (type) {
      case "exponential" -> new Backoff.Exponential(first(fields), max(fields), jitter);
      case "polynomial" ->
          new Backoff.Polynomial(first(fields), fields.number("degree", 4), max(fields), jitter);
      case "fixed" -> new Backoff.Fixed(orElse(fields.duration("delay"), FIRST), jitter);
      case "table" -> new Backoff.Table(delays(fields), jitter);
      default ->
          throw new IllegalArgumentException(
              "type: "
                  + Fields.shown(type)
                  + " (expected: exponential, polynomial, fixed or table)");
    };
  }

  private static Duration first(Fields fields) {
    return orElse(fields.duration("first"), FIRST);
  }

  private static Duration max(Fields fields) {
    return orElse(fields.duration("max"), MAX);
  }

  private static List<Duration> delays(Fields fields) {
    return fields.texts("delays").stream()
        .map(
            text -> {
              try {
                return Durations.parse(text);
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                    "delays: " + Fields.shown(text) + " (expected: " + Durations.EXPECTED + ")", e);
              }
            })
        .toList();
  }

  private static Duration orElse(@Nullable Duration value, Duration otherwise) {
    return value == null ? otherwise : value;
  }
}
