package dev.offstage.ingest.auth;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.springframework.core.io.DefaultResourceLoader;

/** Where an issuer's public keys come from. */
final class KeySet {
  private static final int TIMEOUT_MS = 3_000;
  private static final int MAX_BYTES = 512 * 1024;
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private KeySet() {}

  /** What was expected instead, if {@code location} is none that keys may come from. */
  static Optional<String> check(String location) {
    try {
      var uri = new URI(location);
      var scheme = String.valueOf(uri.getScheme());
      boolean good =
          switch (scheme) {
            case "https" -> uri.getHost() != null;
            case "http" -> uri.getHost() != null && THIS_MACHINE.contains(uri.getHost());
            case "file", "classpath" -> true;
            default -> false;
          };
      return good
          ? Optional.empty()
          : Optional.of("an https, file or classpath URL, or http to this machine");
    } catch (URISyntaxException e) {
      return Optional.of("a URL");
    }
  }

  /**
   * Files are read now; a URL is read when first needed, cached, refreshed ahead of need, and its
   * keys are kept through six hours of its outage.
   *
   * @throws IllegalArgumentException if a file is missing or is no JWK set
   */
  static JWKSource<SecurityContext> of(String location) {
    try {
      if (!location.startsWith("http")) {
        try (var in = new DefaultResourceLoader().getResource(location).getInputStream()) {
          return new ImmutableJWKSet<>(JWKSet.load(in).toPublicJWKSet());
        }
      }
      var retriever = new DefaultResourceRetriever(TIMEOUT_MS, TIMEOUT_MS, MAX_BYTES);
      return JWKSourceBuilder.<SecurityContext>create(URI.create(location).toURL(), retriever)
          .retrying(true)
          .outageTolerant(Duration.ofHours(6).toMillis())
          .build();
    } catch (IOException | ParseException e) {
      throw new IllegalArgumentException(
          "offstage.auth.issuers[].jwks: %s (expected: a readable JWK set; %s)"
              .formatted(location, e.getMessage()),
          e);
    }
  }
}
