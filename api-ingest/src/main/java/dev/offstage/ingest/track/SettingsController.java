package dev.offstage.ingest.track;

import dev.offstage.ingest.auth.WriteKeys;
import dev.offstage.problem.ProblemType;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What Segment's mobile and web SDKs ask for when they start, and send nothing without. */
@RestController
@Tag(name = "Events")
class SettingsController {
  /**
   * Makes SDKs honour Retry-After, and keep what they could not send for as long as they may. The
   * Kotlin and web SDKs look for it within the integration, React Native's beside it.
   */
  private static final Map<String, Object> HTTP =
      Map.of(
          "rateLimitConfig",
          Map.of(
              "enabled", true,
              "maxRetryCount", 1000,
              "maxRetryInterval", 300,
              "maxRateLimitDuration", 604_800),
          "backoffConfig",
          Map.of(
              "enabled", true,
              "maxRetryCount", 1000,
              "baseBackoffInterval", 0.5,
              "maxBackoffInterval", 300,
              "maxTotalBackoffDuration", 604_800,
              "jitterPercent", 20));

  private final WriteKeys keys;
  private final TrackProperties properties;

  SettingsController(WriteKeys keys, TrackProperties properties) {
    this.keys = keys;
    this.properties = properties;
  }

  @GetMapping(path = "/v1/projects/{key}/settings", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Map<String, Object>> settings(
      @PathVariable String key, HttpServletRequest request) {
    if (keys.find(key).isEmpty()) {
      throw ProblemType.NOT_FOUND.because("There is no such write key in force.");
    }
    var segment = Map.of("apiKey", key, "apiHost", host(request) + "/v1", "httpConfig", HTTP);
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(
            Map.of(
                "integrations", Map.of("Segment.io", segment),
                "plan", Map.of("track", Map.of()),
                "edgeFunction", Map.of(),
                "httpConfig", HTTP));
  }

  private String host(HttpServletRequest request) {
    if (properties.publicHost() != null) {
      return properties.publicHost();
    }
    boolean usual = request.getServerPort() == 443 || request.getServerPort() == 80;
    return request.getServerName() + (usual ? "" : ":" + request.getServerPort());
  }
}
