package dev.offstage.ingest.asset;

import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the URLs of variants and originals are signed.
 *
 * @param signingKey signs new URLs: base64 of at least 32 random bytes; the same on every node
 * @param previousKeys still accepted, for as long as URLs that they signed are valid
 * @param validFor how long a URL is valid at least; at most twice as long
 */
@ConfigurationProperties("offstage.urls")
public record UrlProperties(String signingKey, List<String> previousKeys, Duration validFor) {

  /**
   * @throws IllegalArgumentException naming the property and what was expected
   */
  public UrlProperties(
      @Nullable String signingKey,
      @DefaultValue List<String> previousKeys,
      @DefaultValue("12h") Duration validFor) {
    check("signing-key", signingKey);
    previousKeys.forEach(key -> check("previous-keys[]", key));
    if (validFor.toSeconds() < 60) {
      throw new IllegalArgumentException(
          "offstage.urls.valid-for: %s (expected: at least 1m)".formatted(validFor));
    }
    this.signingKey = String.valueOf(signingKey);
    this.previousKeys = List.copyOf(previousKeys);
    this.validFor = validFor;
  }

  private static void check(String name, @Nullable String key) {
    // The value is a secret: it is not shown.
    var problem =
        "offstage.urls.%s: %s (expected: base64 of at least 32 random bytes, as of `openssl rand"
            + " -base64 32`)";
    if (key == null || key.isBlank()) {
      throw new IllegalArgumentException(problem.formatted(name, "none"));
    }
    try {
      int length = Base64.getDecoder().decode(key).length;
      if (length < 32) {
        throw new IllegalArgumentException(problem.formatted(name, length + " bytes"));
      }
    } catch (IllegalArgumentException e) {
      throw e.getMessage() != null && e.getMessage().startsWith("offstage.")
          ? e
          : new IllegalArgumentException(problem.formatted(name, "not base64"));
    }
  }

  /** Keeps the secrets out of logs. */
  @Override
  public String toString() {
    return "UrlProperties[validFor=" + validFor + "]";
  }
}
