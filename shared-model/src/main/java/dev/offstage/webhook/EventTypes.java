package dev.offstage.webhook;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The names of what endpoints may be told: words joined by dots, such as {@code invoice.paid}. A
 * pattern is a type, {@code invoice.*} for all that begin so, or {@code *}.
 */
public final class EventTypes {
  /** To an endpoint that asked to be tried, whatever it wants to hear. */
  public static final String TEST = "webhook.test";

  /** To a tenant's other endpoints. */
  public static final String ENDPOINT_DISABLED = "webhook.endpoint.disabled";

  public static final String ASSET_READY = "asset.ready";

  /** The beginning of what befalls jobs; the rest is the job's new state, or {@code failed}. */
  public static final String JOB = "job.";

  /** What tenants cannot tell by themselves. */
  private static final List<String> RESERVED = List.of(JOB, "asset.", "webhook.");

  private static final int MAX = 128;
  private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  private EventTypes() {}

  /**
   * Returns the type of an event of a tenant's own.
   *
   * @throws IllegalArgumentException if it cannot be one
   */
  public static String own(String type) {
    if (!isType(type)) {
      throw new IllegalArgumentException(
          "type: " + type + " (expected: words joined by dots, at most " + MAX + " characters)");
    }
    if (RESERVED.stream().anyMatch(type::startsWith)) {
      throw new IllegalArgumentException(
          "type: " + type + " (expected: none that begins with job., asset. or webhook.)");
    }
    return type;
  }

  /**
   * @throws IllegalArgumentException if it cannot be one
   */
  public static String pattern(String pattern) {
    var type = pattern.endsWith(".*") ? pattern.substring(0, pattern.length() - 2) : pattern;
    if (!pattern.equals("*") && !isType(type)) {
      throw new IllegalArgumentException(
          "types: " + pattern + " (expected: a type such as job.completed, job.* or *)");
    }
    return pattern;
  }

  private static boolean isType(String text) {
    return text.length() <= MAX && TYPE.matcher(text).matches();
  }

  /** Whether one of the patterns means the type: {@code webhook_matches} in Java. */
  public static boolean matches(Collection<String> patterns, String type) {
    return patterns.stream()
        .anyMatch(
            pattern ->
                pattern.equals("*")
                    || pattern.equals(type)
                    || (pattern.endsWith(".*")
                        && type.startsWith(pattern.substring(0, pattern.length() - 1))));
  }
}
