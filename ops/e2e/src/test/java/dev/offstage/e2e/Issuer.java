package dev.offstage.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** Issues the tokens of a mobile app's users, as the app's own identity provider would. */
public final class Issuer {
  public static final String TENANT = "e2e";
  private static final String NAME = "https://id.e2e.example";
  private static final String AUDIENCE = "offstage-e2e";

  private final KeyPair keys;
  private final Path jwks;

  public Issuer(Path directory) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
      jwks = directory.resolve("jwks.json").toAbsolutePath();
      var key = (RSAPublicKey) keys.getPublic();
      Files.writeString(
          jwks,
          """
          {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"e2e","n":"%s","e":"%s"}]}
          """
              .formatted(number(key.getModulus()), number(key.getPublicExponent())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What makes the ingest API trust it. */
  public Map<String, String> properties() {
    var prefix = "offstage.auth.issuers[0].";
    return Map.of(
        prefix + "issuer", NAME,
        prefix + "jwks", jwks.toUri().toString(),
        prefix + "audiences", AUDIENCE,
        prefix + "tenant", TENANT);
  }

  public String token(String owner) {
    long now = Instant.now().getEpochSecond();
    var header = text("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"e2e\"}");
    var claims =
        text(
            "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d}"
                .formatted(NAME, AUDIENCE, owner, now - 10, now + Duration.ofHours(2).toSeconds()));
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update((header + "." + claims).getBytes(StandardCharsets.US_ASCII));
      return header + "." + claims + "." + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String number(BigInteger value) {
    var bytes = value.toByteArray();
    int from = bytes[0] == 0 ? 1 : 0;
    return encode(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
  }

  private static String text(String json) {
    return encode(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
