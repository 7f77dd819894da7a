package dev.offstage.ingest.device;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many devices there may be.
 *
 * @param perUser devices of one end user; of more, those go that were registered longest ago
 * @param topics that one device may follow
 */
@ConfigurationProperties("offstage.ingest.devices")
record DeviceProperties(@DefaultValue("20") int perUser, @DefaultValue("50") int topics) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  DeviceProperties {
    check("per-user", perUser, 100);
    check("topics", topics, 1_000);
  }

  private static void check(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "offstage.ingest.devices.%s: %d (expected: 1 to %d)".formatted(name, value, most));
    }
  }
}
