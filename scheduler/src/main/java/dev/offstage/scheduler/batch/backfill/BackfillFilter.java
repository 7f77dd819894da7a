package dev.offstage.scheduler.batch.backfill;

import dev.offstage.scheduler.batch.step.RunParameters;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Which assets are meant.
 *
 * @param mediaType the beginning of their media type
 * @param from created at or after, as text; null for no bound
 * @param to created before
 * @param preset only those without this variant; null for all
 * @param format of the variant
 */
record BackfillFilter(
    String tenant,
    String mediaType,
    @Nullable String from,
    @Nullable String to,
    @Nullable String preset,
    @Nullable String format) {

  static BackfillFilter of(RunParameters parameters) {
    var preset = parameters.optional("preset").orElse(null);
    return new BackfillFilter(
        parameters.text("tenant"),
        parameters.text("mediaType"),
        parameters.optional("from").map(day -> begin(LocalDate.parse(day))).orElse(null),
        parameters.optional("to").map(day -> begin(LocalDate.parse(day).plusDays(1))).orElse(null),
        preset,
        preset == null ? null : parameters.text("format"));
  }

  private static String begin(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toString();
  }
}
