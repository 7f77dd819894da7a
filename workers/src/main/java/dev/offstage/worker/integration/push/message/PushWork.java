package dev.offstage.worker.integration.push.message;

import dev.offstage.worker.integration.template.Template;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * The payload of {@code push.send}.
 *
 * @param to whom it is for; null for the end user whom the job belongs to
 * @param app only devices of this app; null for all
 * @param content by BCP 47 tag, and {@code default}: {@code pt-BR} falls back to {@code pt}, and
 *     that to {@code default}. Null only if the push is silent
 * @param variables that fill the content
 * @param data for the app: keys and values of at most 4,096 bytes together
 * @param silent wakes the app and shows nothing; false if null
 * @param collapseKey a later push with the same one takes the place of an earlier one; at most 64
 *     bytes
 * @param ttl how long the provider tries to reach a phone that is off, such as {@code 1h}; null for
 *     as long as it likes
 * @param expiresAt nothing is sent, or delivered, after that; null for never
 * @param priority {@code high} or {@code normal}; null for high, or normal if it is silent
 * @param sound a file of the app's, or {@code default}
 * @param badge the number on the app's icon; null to leave it
 * @param quietHours when devices are left alone: they get it when those have ended
 * @param unlessListening whether not to send if the app sees live how the job ends that this one
 *     waited for; false if null
 */
public record PushWork(
    @Nullable Target to,
    @Nullable String app,
    @Nullable Map<String, Content> content,
    @Nullable Map<String, String> variables,
    @Nullable Map<String, String> data,
    @Nullable Boolean silent,
    @Nullable String collapseKey,
    @Nullable String ttl,
    @Nullable Instant expiresAt,
    @Nullable String priority,
    @Nullable String sound,
    @Nullable Integer badge,
    @Nullable QuietHours quietHours,
    @Nullable Boolean unlessListening) {
  private static final String FALLBACK = "default";
  private static final int MAX_DATA = 4_096;
  private static final int MAX_COLLAPSE_KEY = 64;
  private static final int MAX_LANGUAGES = 100;
  private static final Duration MAX_TTL = Duration.ofDays(28);

  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public PushWork {
    content = content == null ? Map.of() : Map.copyOf(content);
    variables = variables == null ? Map.of() : Map.copyOf(variables);
    data = data == null ? Map.of() : Map.copyOf(data);
    silent = Boolean.TRUE.equals(silent);
    unlessListening = Boolean.TRUE.equals(unlessListening);
    if (silent) {
      require(content.isEmpty(), "content", "given", "none with silent");
    } else {
      require(content.containsKey(FALLBACK), "content", content.keySet(), "at least a default");
    }
    require(content.size() <= MAX_LANGUAGES, "content", content.size(), "at most 100 languages");
    checkData(data);
    require(
        collapseKey == null || size(collapseKey) <= MAX_COLLAPSE_KEY,
        "collapseKey",
        collapseKey,
        "at most 64 bytes");
    require(
        priority == null || priority.equals("high") || priority.equals("normal"),
        "priority",
        priority,
        "high or normal");
    require(badge == null || badge >= 0, "badge", badge, ">= 0");
    require(sound == null || sound.length() <= 100, "sound", sound, "at most 100 characters");
    if (ttl != null) {
      checkTtl(ttl);
    }
    for (var each : content.values()) {
      fill(each, variables); // a variable without a value is found before anything is sent
    }
  }

  private static void checkData(Map<String, String> data) {
    int bytes = 0;
    for (var each : data.entrySet()) {
      bytes += size(each.getKey()) + size(each.getValue());
      var key = each.getKey().toLowerCase(Locale.ROOT);
      boolean reserved =
          key.equals("aps")
              || key.equals("from")
              || key.equals("message_type")
              || key.startsWith("google")
              || key.startsWith("gcm");
      require(!reserved && !key.isEmpty(), "data", each.getKey(), "no key that providers use");
    }
    require(bytes <= MAX_DATA, "data", bytes + " bytes", "at most " + MAX_DATA);
  }

  private static void checkTtl(String ttl) {
    var expected = "a duration such as 1h or PT1H, of 0 to 28 days";
    try {
      var duration = DurationStyle.detectAndParse(ttl);
      require(!duration.isNegative() && duration.compareTo(MAX_TTL) <= 0, "ttl", ttl, expected);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("ttl: " + ttl + " (expected: " + expected + ")", e);
    }
  }

  private static void require(
      boolean holds, String field, @Nullable Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
    }
  }

  static int size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static Content fill(Content content, Map<String, String> variables) {
    return new Content(filled(content.title(), variables), filled(content.body(), variables));
  }

  private static @Nullable String filled(@Nullable String text, Map<String, String> variables) {
    return text == null ? null : Template.fill(text, variables, Template.Escape.NONE);
  }

  /** What it says to a device of this locale; empty if it is silent. */
  public Optional<Content> contentFor(@Nullable String locale) {
    var all = content;
    if (all == null || all.isEmpty()) {
      return Optional.empty();
    }
    var tag = locale;
    while (tag != null) {
      var found = named(all, tag);
      if (found != null) {
        return Optional.of(filled(found));
      }
      int end = tag.lastIndexOf('-');
      tag = end < 0 ? null : tag.substring(0, end);
    }
    return Optional.ofNullable(all.get(FALLBACK)).map(this::filled);
  }

  private static @Nullable Content named(Map<String, Content> all, String tag) {
    var exact = all.get(tag);
    if (exact != null) {
      return exact;
    }
    return all.entrySet().stream()
        .filter(each -> each.getKey().replace('_', '-').equalsIgnoreCase(tag))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private Content filled(Content found) {
    return fill(found, variables == null ? Map.of() : variables);
  }

  /** For the app. */
  public Map<String, String> dataOrNone() {
    return data == null ? Map.of() : data;
  }

  public boolean isSilent() {
    return Boolean.TRUE.equals(silent);
  }

  public boolean isUnlessListening() {
    return Boolean.TRUE.equals(unlessListening);
  }

  /** Whether it is worth waking a phone that saves power. */
  public boolean isUrgent() {
    return priority == null ? !isSilent() : priority.equals("high");
  }

  /** Until when a provider may deliver what it is given at {@code now}; empty for as it likes. */
  public Optional<Instant> deliverBy(Instant now) {
    var byTtl = ttl == null ? null : now.plus(DurationStyle.detectAndParse(ttl));
    if (byTtl == null || (expiresAt != null && expiresAt.isBefore(byTtl))) {
      return Optional.ofNullable(expiresAt);
    }
    return Optional.of(byTtl);
  }

  /** Whether it is too late for it at {@code now}. */
  public boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}
