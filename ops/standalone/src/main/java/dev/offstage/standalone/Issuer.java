package dev.offstage.standalone;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * An issuer of JWTs for this machine, as an app's identity provider would be. Its key is made once
 * and kept, so that yesterday's tokens are still good.
 */
final class Issuer {
  private static final String NAME = "https://issuer.offstage.localhost";
  private static final String AUDIENCE = "offstage";
  private static final Duration LIFE = Duration.ofDays(30);

  private final ECKey key;
  private final Path publicKeys;

  private Issuer(ECKey key, Path publicKeys) {
    this.key = key;
    this.publicKeys = publicKeys;
  }

  /** The issuer whose key is kept in that directory; made there if there is none. */
  static Issuer in(Path directory) throws IOException {
    Files.createDirectories(directory);
    var file = directory.resolve("key.json");
    try {
      if (!Files.exists(file)) {
        var fresh =
            new ECKeyGenerator(Curve.P_256)
                .keyID(UUID.randomUUID().toString())
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .generate();
        PrivateFile.write(file, fresh.toJSONString());
      }
      var key = ECKey.parse(Files.readString(file));
      var publicKeys = directory.resolve("jwks.json");
      PrivateFile.write(publicKeys, new JWKSet(key).toString(true));
      return new Issuer(key, publicKeys);
    } catch (JOSEException | ParseException e) {
      throw new IOException(file + " holds no key that can sign: " + e.getMessage(), e);
    }
  }

  /** A token of that user, good for thirty days. */
  String token(String user, Instant now) {
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(NAME)
            .audience(AUDIENCE)
            .subject(user)
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFE)))
            .build();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .keyID(key.getKeyID())
            .type(JOSEObjectType.JWT)
            .build();
    var token = new SignedJWT(header, claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign with our own key", e);
    }
    return token.serialize();
  }

  /** What makes the ingest API trust it. */
  Map<String, String> springProperties(String tenant) {
    var properties = new LinkedHashMap<String, String>();
    properties.put("offstage.auth.issuers[0].issuer", NAME);
    properties.put("offstage.auth.issuers[0].jwks", publicKeys.toUri().toString());
    properties.put("offstage.auth.issuers[0].audiences[0]", AUDIENCE);
    properties.put("offstage.auth.issuers[0].algorithms[0]", "ES256");
    properties.put("offstage.auth.issuers[0].tenant", tenant);
    return properties;
  }
}
