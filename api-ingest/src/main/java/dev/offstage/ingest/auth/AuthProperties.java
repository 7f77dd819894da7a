package dev.offstage.ingest.auth;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose tokens are trusted. API keys need no configuration.
 *
 * @param issuers of JWTs; none by default
 */
@ConfigurationProperties("offstage.auth")
public record AuthProperties(@DefaultValue List<Issuer> issuers) {

  /**
   * @throws IllegalArgumentException if an issuer is named twice
   */
  public AuthProperties {
    var seen = new HashSet<String>();
    for (var issuer : issuers) {
      if (!seen.add(issuer.issuer())) {
        throw new IllegalArgumentException(
            "offstage.auth.issuers: %s twice (expected: each issuer once)"
                .formatted(issuer.issuer()));
      }
    }
  }

  /**
   * An issuer of JWTs. The token's {@code sub} becomes the owner: issuers that share a tenant share
   * its owners.
   *
   * @param preset {@code firebase}, which needs only {@code project} and a tenant, or null
   * @param project Firebase's project id
   * @param issuer the exact {@code iss}
   * @param jwks where its public keys are: an https, file or classpath URL; http to this machine
   *     only
   * @param audiences one of which must be in {@code aud}
   * @param algorithms that are accepted; asymmetric ones only. RS256 by default
   * @param tenant that all of its tokens belong to; or else
   * @param tenantClaim the claim that names the tenant
   * @param scopes that each of its tokens has; by default all that an app needs; or else
   * @param scopeClaim the claim that names the token's scopes: a list, or words in one string
   */
  public record Issuer(
      @Nullable String preset,
      @Nullable String project,
      String issuer,
      String jwks,
      Set<String> audiences,
      Set<String> algorithms,
      @Nullable String tenant,
      @Nullable String tenantClaim,
      Set<String> scopes,
      @Nullable String scopeClaim) {
    private static final Set<String> ASYMMETRIC =
        Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");
    private static final Set<String> APP =
        Set.of(
            "uploads:write",
            "assets:read",
            "assets:write",
            "jobs:read",
            "jobs:write",
            "devices:read",
            "devices:write");
    private static final String FIREBASE_KEYS =
        "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";

    /**
     * @throws IllegalArgumentException naming the property, its value and what was expected
     */
    public Issuer(
        @Nullable String preset,
        @Nullable String project,
        @Nullable String issuer,
        @Nullable String jwks,
        @Nullable Set<String> audiences,
        @Nullable Set<String> algorithms,
        @Nullable String tenant,
        @Nullable String tenantClaim,
        @Nullable Set<String> scopes,
        @Nullable String scopeClaim) {
      boolean firebase = preset != null;
      if (preset != null) {
        checkFirebase(preset, project, issuer, audiences, algorithms);
      }
      this.preset = preset;
      this.project = project;
      this.issuer =
          required(
              firebase ? "https://securetoken.google.com/" + project : issuer,
              "issuer",
              "the exact iss of its tokens");
      this.jwks =
          required(
              jwks == null && firebase ? FIREBASE_KEYS : jwks, "jwks", "the URL of its JWK set");
      this.audiences = firebase ? Set.of(required(project, "project", "an id")) : copy(audiences);
      this.algorithms = algorithms == null ? Set.of("RS256") : copy(algorithms);
      this.tenant = tenant;
      this.tenantClaim = tenantClaim;
      this.scopes = scopes == null && scopeClaim == null ? APP : copy(scopes);
      this.scopeClaim = scopeClaim;
      check(scopes == null || scopeClaim == null, "scopes", scopes, "either scopes or scope-claim");
      checkTrust();
    }

    /** What the preset says cannot be said again. */
    private static void checkFirebase(
        String preset,
        @Nullable String project,
        @Nullable String issuer,
        @Nullable Set<String> audiences,
        @Nullable Set<String> algorithms) {
      check(preset.equals("firebase"), "preset", preset, "firebase, or none");
      check(has(project), "project", project, "the Firebase project's id");
      check(issuer == null, "issuer", issuer, "none: the preset says it");
      check(audiences == null, "audiences", audiences, "none: the preset says them");
      check(algorithms == null, "algorithms", algorithms, "none: the preset says them");
    }

    private void checkTrust() {
      check(!audiences.isEmpty(), "audiences", audiences, "at least one: no issuer without one");
      check(
          !algorithms.isEmpty() && ASYMMETRIC.containsAll(algorithms),
          "algorithms",
          algorithms,
          "some of " + ASYMMETRIC);
      check(has(tenant) != has(tenantClaim), "tenant", tenant, "either tenant or tenant-claim");
      check(tenant == null || Tenants.isId(tenant), "tenant", tenant, "a tenant's id");
      check(
          scopes.stream().allMatch(scope -> Scope.of(scope).isPresent()),
          "scopes",
          scopes,
          "some of " + List.of(Scope.values()).stream().map(Scope::text).toList());
      KeySet.check(jwks).ifPresent(expected -> check(false, "jwks", jwks, expected));
    }

    boolean isFirebase() {
      return preset != null;
    }

    private static boolean has(@Nullable String text) {
      return text != null && !text.isBlank();
    }

    private static Set<String> copy(@Nullable Set<String> values) {
      return Set.copyOf(Optional.ofNullable(values).orElse(Set.of()));
    }

    private static String required(@Nullable String value, String name, String expected) {
      check(has(value), name, value, expected);
      return String.valueOf(value);
    }

    private static void check(boolean good, String name, @Nullable Object value, String expected) {
      if (!good) {
        throw new IllegalArgumentException(
            "offstage.auth.issuers[].%s: %s (expected: %s)".formatted(name, value, expected));
      }
    }
  }
}
