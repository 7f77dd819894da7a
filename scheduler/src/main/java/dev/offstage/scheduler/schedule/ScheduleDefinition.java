package dev.offstage.scheduler.schedule;

import dev.offstage.job.JobKind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule does, and when. It starts a batch or enqueues a job: one of {@code batch} and
 * {@code kind} is there.
 *
 * @param cron as {@link Cron} reads it
 * @param zone the time zone that it is read in
 * @param jitter a tick starts up to so much later, spread evenly and always the same for a tick
 * @param missed what becomes of ticks that nobody was there for
 * @param retries how often a failed batch goes on from its last chunk, with growing pauses
 * @param parameters of the batch. {@code {tick}} stands for the tick's time, {@code {day}} for its
 *     day in the zone, {@code {day-1}} for the day before and so on
 * @param again whether a batch that has completed for the same parameters is run again
 * @param tenant whose job it is
 * @param payload JSON text, in which the same words stand for the same
 */
public record ScheduleDefinition(
    String cron,
    String zone,
    Duration jitter,
    MissedPolicy missed,
    int retries,
    @Nullable String batch,
    Map<String, String> parameters,
    boolean again,
    @Nullable String tenant,
    @Nullable String kind,
    @Nullable String payload) {

  private static final Pattern DAY = Pattern.compile("\\{day(?:-(\\d{1,4}))?}");
  private static final Duration MAX_JITTER = Duration.ofDays(1);
  private static final int MAX_RETRIES = 50;
  private static final int MAX_PAYLOAD = 64 * 1024;

  /**
   * @throws IllegalArgumentException naming the member, its value and what was expected
   */
  public ScheduleDefinition {
    parameters = Map.copyOf(parameters);
    requireCron(cron, zone);
    require(
        !jitter.isNegative() && jitter.compareTo(MAX_JITTER) <= 0, "jitter", jitter, "0s to 24h");
    require(retries >= 0 && retries <= MAX_RETRIES, "retries", retries, "0 to " + MAX_RETRIES);
    require((batch == null) != (kind == null), "batch", batch, "one of batch and kind");
    if (kind != null) {
      new JobKind(kind);
      require(tenant != null && !tenant.isBlank(), "tenant", tenant, "whose job it is");
      require(parameters.isEmpty(), "parameters", "given with kind", "those of a batch");
      require(
          payload == null || payload.length() <= MAX_PAYLOAD,
          "payload",
          "too long",
          "at most " + MAX_PAYLOAD + " characters");
    } else {
      require(payload == null, "payload", "given with batch", "that of a kind");
      require(tenant == null, "tenant", tenant, "that of a kind; a batch has a parameter");
    }
  }

  private static void requireCron(String cron, String zone) {
    var read = Cron.of(cron);
    ZoneId known;
    try {
      known = ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "zone: " + zone + " (expected: one of the IANA's, such as Europe/Berlin)", e);
    }
    if (read.next(Instant.EPOCH, known).isEmpty()) {
      throw new IllegalArgumentException("cron: " + cron + " (expected: one that ticks)");
    }
  }

  private static void require(
      boolean holds, String member, @Nullable Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(member + ": " + value + " (expected: " + expected + ")");
    }
  }

  DueTicks.Clock clock() {
    return new DueTicks.Clock(Cron.of(cron), ZoneId.of(zone));
  }

  /** When the run of a tick starts. */
  Instant due(String schedule, Instant tick) {
    if (jitter.isZero()) {
      return tick;
    }
    long seed = (schedule + '@' + tick.toEpochMilli()).hashCode() * 0x9E3779B97F4A7C15L;
    return tick.plusMillis(Math.floorMod(seed >>> 16, jitter.toMillis() + 1));
  }

  /** The batch's parameters for a tick. */
  public Map<String, String> parametersAt(Instant tick) {
    var filled = new LinkedHashMap<String, String>();
    parameters.forEach((name, value) -> filled.put(name, filled(value, tick)));
    return filled;
  }

  /** The job's payload for a tick. */
  String payloadAt(Instant tick) {
    return payload == null ? "{}" : filled(payload, tick);
  }

  private String filled(String text, Instant tick) {
    LocalDate day = tick.atZone(ZoneId.of(zone)).toLocalDate();
    return DAY.matcher(text.replace("{tick}", tick.toString()))
        .replaceAll(
            found ->
                day.minusDays(found.group(1) == null ? 0 : Long.parseLong(found.group(1)))
                    .toString());
  }
}
