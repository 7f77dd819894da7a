package dev.offstage.ingest.track.read;

import dev.offstage.event.Event.Where;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What of an event's context is worth a column: as Segment's mobile SDKs, and some others, name it.
 */
final class Picks implements JsonWalk.Picker {
  /** Longer ones are no ids and no versions; they stay in the context. */
  private static final int MAX = 255;

  private @Nullable String deviceId;
  private @Nullable String sessionId;
  private @Nullable String appVersion;
  private @Nullable String os;
  private @Nullable String osVersion;
  private @Nullable String deviceModel;
  private @Nullable String locale;
  private @Nullable String country;
  private @Nullable String ip;
  private @Nullable Boolean pushOptIn;
  private boolean hasToken;

  @Override
  public void pick(String outer, @Nullable String inner, JsonParser value) {
    if (inner == null) {
      top(outer, value);
    } else {
      switch (outer) {
        case "device" -> device(inner, value);
        case "app" -> appVersion = inner.equals("version") ? text(value) : appVersion;
        case "os" -> os(inner, value);
        case "session" -> sessionId = inner.equals("id") ? text(value) : sessionId;
        case "location" -> country = inner.equals("country") ? text(value) : country;
        default -> {}
      }
    }
  }

  private void top(String name, JsonParser value) {
    switch (name) {
      case "locale" -> locale = text(value);
      case "sessionId", "session_id" -> sessionId = text(value);
      case "ip" -> ip = text(value);
      default -> {}
    }
  }

  private void device(String name, JsonParser value) {
    switch (name) {
      case "id" -> deviceId = text(value);
      case "model" -> deviceModel = text(value);
      // Who has registered for pushes has a token. An app that knows better says so itself.
      case "token" -> hasToken = text(value) != null;
      case "pushOptIn" -> {
        if (value.currentToken().isBoolean()) {
          pushOptIn = value.getBooleanValue();
        }
      }
      default -> {}
    }
  }

  private void os(String name, JsonParser value) {
    switch (name) {
      case "name" -> os = text(value);
      case "version" -> osVersion = text(value);
      default -> {}
    }
  }

  private static @Nullable String text(JsonParser value) {
    var token = value.currentToken();
    if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
      return null;
    }
    var text = value.getString();
    return text.isEmpty() || text.length() > MAX ? null : Json.clean(text);
  }

  /** As the app has it, without what must not be kept. */
  @Nullable String ip() {
    return ip;
  }

  /**
   * @param platform that the write key was made for; wins over what the app says
   * @param address what may be kept of where the event came from
   */
  Where where(@Nullable String platform, @Nullable String address) {
    return new Where(
        deviceId,
        sessionId,
        appVersion,
        platform != null || os == null ? platform : os.toLowerCase(Locale.ROOT),
        osVersion,
        deviceModel,
        locale,
        country != null ? country : region(locale),
        address,
        pushOptIn == null && hasToken ? Boolean.TRUE : pushOptIn);
  }

  /** Of en-US, zh-Hans-CN or en_GB, which Android still writes. */
  private static @Nullable String region(@Nullable String locale) {
    if (locale == null) {
      return null;
    }
    var region = Locale.forLanguageTag(locale.replace('_', '-')).getCountry();
    return region.isEmpty() ? null : region;
  }
}
