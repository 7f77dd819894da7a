package dev.offstage.ingest.analytics;

import dev.offstage.body.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By what events are broken down.
 *
 * @param ofCounts its column in {@code rollup_count}; null if roll-ups do not tell it
 * @param ofEvents it as SQL over an event {@code e}
 * @param property the name of the property; null if it is none
 */
record Dimension(
    String name, @Nullable String ofCounts, String ofEvents, @Nullable String property) {
  private static final String PROPERTY = "property.";
  private static final Map<String, Dimension> KNOWN =
      Map.of(
          "event", of("event", "r.name", "nullif(left(e.name, 255), '')"),
          "type", of("type", "r.type", "e.type"),
          "app", of("app", "r.app", "e.app"),
          "platform", of("platform", "r.platform", "e.platform"),
          "appVersion", of("appVersion", "r.app_version", "e.app_version"),
          "country", of("country", null, "e.country"),
          "locale", of("locale", null, "e.locale"),
          "osVersion", of("osVersion", null, "e.os_version"),
          "deviceModel", of("deviceModel", null, "e.device_model"));

  private static Dimension of(String name, @Nullable String ofCounts, String ofEvents) {
    return new Dimension(name, ofCounts, ofEvents, null);
  }

  static Dimension parse(String text) {
    var known = KNOWN.get(text);
    if (known != null) {
      return known;
    }
    if (text.startsWith(PROPERTY) && text.length() > PROPERTY.length() && text.length() <= 255) {
      return new Dimension(
          text, null, "left(e.properties ->> :property, 200)", text.substring(PROPERTY.length()));
    }
    throw new IllegalArgumentException(
        "by: %s (expected: one of %s, or property.<name>)"
            .formatted(Fields.shown(text), KNOWN.keySet().stream().sorted().toList()));
  }

  boolean isRolledUp() {
    return ofCounts != null;
  }
}
