package dev.offstage.ingest.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.function.Consumer;

/** An issuer of JWTs whose private key the tests have. */
public final class TestIssuer {
  public static final String AUDIENCE = "offstage-test";

  private final String name;
  private final RSAKey key;
  private final Path jwks;

  public TestIssuer(String name) {
    this.name = name;
    try {
      key = new RSAKeyGenerator(2048).keyID("1").generate();
      jwks = Files.createTempFile("jwks", ".json");
      jwks.toFile().deleteOnExit();
      Files.writeString(jwks, new JWKSet(key.toPublicJWK()).toString());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  public String jwks() {
    return jwks.toUri().toString();
  }

  RSAKey key() {
    return key;
  }

  /** A good token of an owner. */
  public String token(String owner) {
    return token(owner, claims -> {});
  }

  /** A token that is good but for what {@code change} does. */
  public String token(String owner, Consumer<JWTClaimsSet.Builder> change) {
    return sign(claims(owner, change), JWSAlgorithm.RS256, signer());
  }

  JWTClaimsSet claims(String owner, Consumer<JWTClaimsSet.Builder> change) {
    var now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(name)
            .audience(AUDIENCE)
            .subject(owner)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(3_600)));
    change.accept(claims);
    return claims.build();
  }

  String sign(JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer) {
    try {
      var jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID("1").build(), claims);
      jwt.sign(signer);
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  JWSSigner signer() {
    try {
      return new RSASSASigner(key);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
