package dev.offstage.scheduler.schedule;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The schedules of the configuration, by name: {@code offstage.schedules.<name>.cron} and so on.
 *
 * @param schedules none by default
 */
@ConfigurationProperties("offstage")
record ScheduleProperties(@DefaultValue Map<String, Entry> schedules) {
  static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /**
   * One. Its members mean what those of {@link ScheduleDefinition} do.
   *
   * @param missed skip, once or each
   */
  record Entry(
      String cron,
      @DefaultValue("UTC") String zone,
      @DefaultValue("0s") Duration jitter,
      @DefaultValue("once") String missed,
      @DefaultValue("10") int retries,
      @Nullable String batch,
      @DefaultValue Map<String, String> parameters,
      @DefaultValue("false") boolean again,
      @Nullable String tenant,
      @Nullable String kind,
      @Nullable String payload) {

    ScheduleDefinition definition() {
      return new ScheduleDefinition(
          cron, zone, jitter, policy(), retries, batch, parameters, again, tenant, kind, payload);
    }

    private MissedPolicy policy() {
      try {
        return MissedPolicy.valueOf(missed.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "missed: " + missed + " (expected: skip, once or each)", e);
      }
    }
  }

  ScheduleProperties {
    schedules = Map.copyOf(schedules);
    schedules.forEach(ScheduleProperties::check);
  }

  private static void check(String name, Entry entry) {
    var property = "offstage.schedules." + name;
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          property + ": the name (expected: 1 to 63 of a-z, 0-9, hyphen and underscore)");
    }
    if (entry.cron == null) {
      throw new IllegalArgumentException(property + ".cron: missing (expected: 0 3 * * *)");
    }
    try {
      entry.definition();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(property + "." + e.getMessage(), e);
    }
  }

  Map<String, ScheduleDefinition> definitions() {
    var definitions = new TreeMap<String, ScheduleDefinition>();
    schedules.forEach((name, entry) -> definitions.put(name, entry.definition()));
    return definitions;
  }
}
