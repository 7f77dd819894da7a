package dev.offstage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerTests {
  @TempDir Path directory;

  @Test
  void yesterdaysTokenIsVerifiedByTodaysKeys() throws Exception {
    var token = SignedJWT.parse(Issuer.in(directory).token("user", Instant.EPOCH));
    var properties = Issuer.in(directory).springProperties("demo");
    var published = JWKSet.load(directory.resolve("jwks.json").toFile()).getKeys();
    assertThat(published).hasSize(1);
    assertThat(published.getFirst().isPrivate()).isFalse();
    assertThat(token.verify(new ECDSAVerifier(published.getFirst().toECKey()))).isTrue();
    assertThat(token.getJWTClaimsSet().getIssuer())
        .isEqualTo(properties.get("offstage.auth.issuers[0].issuer"));
    assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("user");
  }

  @Test
  void thePrivateKeyIsForItsOwnerOnly() throws Exception {
    Issuer.in(directory).token("user", Instant.EPOCH);
    assertThat(Files.getPosixFilePermissions(directory.resolve("key.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }
}
