package dev.offstage.ingest.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JwtVerifierTests {
  private static final TestIssuer ISSUER = new TestIssuer("https://issuer.example");

  private final JwtVerifier verifier = verifier(null, "acme", null, null, Set.of("RS256"));

  private static JwtVerifier verifier(
      @Nullable String preset,
      @Nullable String tenant,
      @Nullable String tenantClaim,
      @Nullable String scopeClaim,
      Set<String> algorithms) {
    var issuer =
        new AuthProperties.Issuer(
            preset,
            preset == null ? null : TestIssuer.AUDIENCE,
            preset == null ? ISSUER.name() : null,
            ISSUER.jwks(),
            preset == null ? Set.of(TestIssuer.AUDIENCE) : null,
            preset == null ? algorithms : null,
            tenant,
            tenantClaim,
            null,
            scopeClaim);
    return new JwtVerifier(issuer, InstantSource.system());
  }

  private static Caller verify(JwtVerifier verifier, String token) throws ParseException {
    return verifier.verify(SignedJWT.parse(token));
  }

  private void refuses(Consumer<JWTClaimsSet.Builder> change, String why) {
    assertThatThrownBy(() -> verify(verifier, ISSUER.token("ada", change)))
        .isInstanceOf(TokenException.class)
        .hasMessageContaining(why);
  }

  private static Date in(long seconds) {
    return Date.from(Instant.now().plusSeconds(seconds));
  }

  @Test
  void aGoodTokenNamesTenantOwnerAndScopes() throws Exception {
    assertThat(verify(verifier, ISSUER.token("ada")))
        .isEqualTo(
            new Caller(
                "acme",
                "ada",
                Set.of(
                    Scope.UPLOADS_WRITE,
                    Scope.ASSETS_READ,
                    Scope.ASSETS_WRITE,
                    Scope.JOBS_READ,
                    Scope.JOBS_WRITE,
                    Scope.DEVICES_READ,
                    Scope.DEVICES_WRITE)));
  }

  @Test
  void badClaimsAreRefused() {
    refuses(c -> c.expirationTime(in(-61)), "expired");
    refuses(c -> c.expirationTime(null), "expired");
    refuses(c -> c.notBeforeTime(in(120)), "not valid yet");
    refuses(c -> c.audience("somebody-else"), "another audience");
    refuses(c -> c.audience((String) null), "another audience");
    refuses(c -> c.issuer("https://other.example"), "another issuer");
    refuses(c -> c.subject(null), "sub");
    refuses(c -> c.subject(""), "sub");
    refuses(c -> c.subject("a".repeat(129)), "sub");
    refuses(c -> c.subject("ada\0"), "sub");
  }

  @Test
  void oneOfSeveralAudiencesIsEnough() throws Exception {
    var token = ISSUER.token("ada", c -> c.audience(List.of("x", TestIssuer.AUDIENCE)));

    assertThat(verify(verifier, token).owner()).isEqualTo("ada");
  }

  @Test
  void aSignatureByAnotherKeyIsRefused() {
    var stranger = new TestIssuer(ISSUER.name());

    assertThatThrownBy(() -> verify(verifier, stranger.token("ada")))
        .isInstanceOf(TokenException.class)
        .hasMessageContaining("signature");
  }

  @Test
  void hs256WithThePublicKeyIsRefused() throws JOSEException {
    var signer = new MACSigner(ISSUER.key().toRSAPublicKey().getEncoded());
    var token = ISSUER.sign(ISSUER.claims("ada", c -> {}), JWSAlgorithm.HS256, signer);

    assertThatThrownBy(() -> verify(verifier, token)).isInstanceOf(TokenException.class);
  }

  @Test
  void anAlgorithmThatIsNotListedIsRefused() {
    var token = ISSUER.sign(ISSUER.claims("ada", c -> {}), JWSAlgorithm.RS512, ISSUER.signer());

    assertThatThrownBy(() -> verify(verifier, token)).isInstanceOf(TokenException.class);
  }

  @Test
  void aClaimMayNameTheTenantAndAnotherTheScopes() throws Exception {
    var perTenant = verifier(null, null, "org", "scope", Set.of("RS256"));

    assertThat(
            verify(
                perTenant,
                ISSUER.token(
                    "ada", c -> c.claim("org", "globex").claim("scope", "jobs:read openid"))))
        .isEqualTo(new Caller("globex", "ada", Set.of(Scope.JOBS_READ)));
    assertThat(
            verify(
                    perTenant,
                    ISSUER.token(
                        "ada", c -> c.claim("org", "globex").claim("scope", List.of("jobs:read"))))
                .scopes())
        .containsExactly(Scope.JOBS_READ);
    assertThatThrownBy(() -> verify(perTenant, ISSUER.token("ada")))
        .isInstanceOf(TokenException.class);
    assertThatThrownBy(
            () -> verify(perTenant, ISSUER.token("ada", c -> c.claim("org", "Globex'; --"))))
        .isInstanceOf(TokenException.class);
  }

  @Test
  void firebaseWantsItsIssuerAndAnAuthTimeInThePast() throws Exception {
    var firebase = verifier("firebase", "acme", null, null, Set.of());
    Consumer<JWTClaimsSet.Builder> good =
        c ->
            c.issuer("https://securetoken.google.com/" + TestIssuer.AUDIENCE)
                .claim("auth_time", Instant.now().getEpochSecond() - 10);

    assertThat(verify(firebase, ISSUER.token("ada", good)).owner()).isEqualTo("ada");
    assertThatThrownBy(() -> verify(firebase, ISSUER.token("ada")))
        .hasMessageContaining("another issuer");
    assertThatThrownBy(
            () ->
                verify(
                    firebase, ISSUER.token("ada", good.andThen(c -> c.claim("auth_time", null)))))
        .hasMessageContaining("auth_time");
    assertThatThrownBy(
            () ->
                verify(
                    firebase,
                    ISSUER.token(
                        "ada",
                        good.andThen(
                            c -> c.claim("auth_time", Instant.now().getEpochSecond() + 600)))))
        .hasMessageContaining("auth_time");
  }
}
