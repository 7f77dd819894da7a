package dev.offstage.ingest.analytics;

import dev.offstage.body.Fields;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events are meant; null for any.
 *
 * @param type track, identify, screen, page, group or alias
 * @param event a name
 */
record Filter(
    @Nullable String app,
    @Nullable String type,
    @Nullable String event,
    @Nullable String platform,
    @Nullable String version) {
  private static final int MAX_TEXT = 255;
  private static final Set<String> TYPES =
      Set.of("track", "identify", "screen", "page", "group", "alias");

  /** What the filter asks of a row of {@code rollup_count}. */
  static final String OF_COUNTS =
      """
      (:app::text is null or r.app = :app) and (:type::text is null or r.type = :type)
        and (:event::text is null or r.name = :event)
        and (:platform::text is null or r.platform = :platform)
        and (:version::text is null or r.app_version = :version)
      """;

  /** What it asks of an event. */
  static final String OF_EVENTS =
      """
      (:app::text is null or e.app = :app) and (:type::text is null or e.type = :type)
        and (:event::text is null or left(coalesce(e.name, ''), 255) = :event)
        and (:platform::text is null or e.platform = :platform)
        and (:version::text is null or e.app_version = :version)
      """;

  /** An event's name alone means one of track's. */
  static Filter read(Fields fields) {
    var type = fields.text("type", Filter::type);
    var event = bounded(fields, "event");
    return new Filter(
        bounded(fields, "app"),
        type == null && event != null ? "track" : type,
        event,
        bounded(fields, "platform"),
        bounded(fields, "appVersion"));
  }

  static @Nullable String bounded(Fields fields, String name) {
    return fields.text(
        name,
        text -> {
          if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                "%s: %s (expected: at most %d characters)"
                    .formatted(name, Fields.shown(text), MAX_TEXT));
          }
          return text;
        });
  }

  static String type(String text) {
    if (!TYPES.contains(text)) {
      throw new IllegalArgumentException(
          "type: "
              + Fields.shown(text)
              + " (expected: one of "
              + TYPES.stream().sorted().toList()
              + ")");
    }
    return text;
  }

  /** Whether it leaves more out than other apps' events. */
  boolean isNarrow() {
    return type != null || event != null || platform != null || version != null;
  }

  Map<String, @Nullable Object> params(String tenant, Range range) {
    var params = new HashMap<String, @Nullable Object>(range.params());
    params.put("tenant", tenant);
    params.put("app", app);
    params.put("type", type);
    params.put("event", event);
    params.put("platform", platform);
    params.put("version", version);
    return params;
  }
}
