package dev.offstage.ingest.cors;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The API towards browsers.
 *
 * @param corsOrigins of the web pages that may call the API, such as {@code
 *     https://app.example.com}. None by default; apps on phones need none
 */
@ConfigurationProperties("offstage.http")
record HttpProperties(@DefaultValue List<String> corsOrigins) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  HttpProperties {
    for (var origin : corsOrigins) {
      var uri = URI.create(origin);
      if (uri.getScheme() == null || uri.getHost() == null || !uri.getRawPath().isEmpty()) {
        throw new IllegalArgumentException(
            "offstage.http.cors-origins: "
                + origin
                + " (expected: an origin such as https://app.example.com)");
      }
    }
  }
}
