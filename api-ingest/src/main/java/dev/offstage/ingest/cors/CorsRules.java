package dev.offstage.ingest.cors;

import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;

@Configuration(proxyBeanMethods = false)
class CorsRules {
  private static final List<String> EXPOSED =
      List.of(
          "ETag",
          "Idempotent-Replayed",
          "Link",
          "Location",
          "Offstage-Asset",
          "Offstage-Job",
          "Retry-After",
          "Tus-Checksum-Algorithm",
          "Tus-Extension",
          "Tus-Max-Size",
          "Tus-Resumable",
          "Tus-Version",
          "Upload-Concat",
          "Upload-Defer-Length",
          "Upload-Expires",
          "Upload-Length",
          "Upload-Metadata",
          "Upload-Offset");

  /** Where apps on the web send their events. */
  private static final List<String> EVENTS =
      List.of(
          "/v1/{call:track|identify|screen|page|group|alias|batch|t|i|s|p|g|a|b|m}",
          "/v1/projects/{key}/settings");

  /** The security chain finds it by its name. No cookies: a token is no ambient authority. */
  @Bean
  CorsConfigurationSource corsConfigurationSource(HttpProperties properties) {
    var source = new UrlBasedCorsConfigurationSource();
    EVENTS.forEach(path -> source.registerCorsConfiguration(path, events()));
    if (!properties.corsOrigins().isEmpty()) {
      var rules = new CorsConfiguration();
      rules.setAllowedOrigins(properties.corsOrigins());
      rules.setAllowedMethods(List.of("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"));
      rules.setAllowedHeaders(List.of("*"));
      rules.setExposedHeaders(EXPOSED);
      rules.setMaxAge(Duration.ofHours(1));
      source.registerCorsConfiguration("/**", rules);
    }
    return source;
  }

  /** From any page: a write key is public, and whoever has it may write events and no more. */
  private static CorsConfiguration events() {
    var rules = new CorsConfiguration();
    rules.setAllowedOrigins(List.of(CorsConfiguration.ALL));
    rules.setAllowedMethods(List.of("GET", "POST", "OPTIONS"));
    rules.setAllowedHeaders(List.of(CorsConfiguration.ALL));
    rules.setExposedHeaders(List.of("Retry-After"));
    rules.setMaxAge(Duration.ofHours(1));
    return rules;
  }
}
