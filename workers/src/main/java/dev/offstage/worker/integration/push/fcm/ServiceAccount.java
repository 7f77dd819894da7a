package dev.offstage.worker.integration.push.fcm;

import dev.offstage.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Google service account, and how it says who it is. */
record ServiceAccount(String projectId, String clientEmail, String keyId, String key) {
  private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
  private static final long LIFETIME_SECONDS = 3_600;

  /**
   * As {@code ingest.push} stores it.
   *
   * @throws GeneralSecurityException if it is not such
   */
  static ServiceAccount of(Secret secret, JsonMapper json) throws GeneralSecurityException {
    try {
      var account = json.readTree(secret.bytes());
      return new ServiceAccount(
          text(account, "projectId"),
          text(account, "clientEmail"),
          text(account, "keyId"),
          text(account, "key"));
    } catch (JacksonException e) {
      // No cause: its message could quote the key.
      throw new GeneralSecurityException("the credential is no service account");
    }
  }

  private static String text(JsonNode account, String name) throws GeneralSecurityException {
    var text = account.path(name).asString("");
    if (text.isEmpty()) {
      throw new GeneralSecurityException("the credential has no " + name);
    }
    return text;
  }

  /**
   * An assertion that an access token is given for (RFC 7523, section 2.1): a JWT signed with
   * RS256.
   *
   * @param audience who is asked for the token
   */
  String assertion(String audience, Instant now, JsonMapper json) throws GeneralSecurityException {
    var header = json.createObjectNode().put("alg", "RS256").put("typ", "JWT").put("kid", keyId);
    var claims =
        json.createObjectNode()
            .put("iss", clientEmail)
            .put("scope", SCOPE)
            .put("aud", audience)
            .put("iat", now.getEpochSecond())
            .put("exp", now.getEpochSecond() + LIFETIME_SECONDS);
    var signed = base64(header.toString()) + "." + base64(claims.toString());
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(privateKey());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  private PrivateKey privateKey() throws GeneralSecurityException {
    var base64 = key.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    try {
      var bytes = Base64.getDecoder().decode(base64);
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("the key of the service account is not PEM");
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "ServiceAccount[" + clientEmail + "]";
  }
}
