package dev.offstage.ingest.push;

import dev.offstage.body.Fields;
import dev.offstage.body.JsonText;
import dev.offstage.ingest.device.Provider;
import dev.offstage.problem.ProblemException;
import dev.offstage.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads credentials, and finds out whether they can be what they should be. */
final class CredentialReader {
  private static final Pattern APPLE_ID = Pattern.compile("[A-Z0-9]{10}");
  private static final Pattern PROJECT = Pattern.compile("[a-z][a-z0-9-]{4,28}[a-z0-9]");
  private static final Pattern EMAIL = Pattern.compile("[!-~]{1,200}@[A-Za-z0-9.-]{1,200}");
  private static final Pattern KEY_ID = Pattern.compile("[!-~]{1,200}");
  private static final int P256_BITS = 256;
  private static final int RSA_BITS = 2048;

  private CredentialReader() {}

  /**
   * A credential that may be stored.
   *
   * @param facts what of it is no secret
   * @param secret JSON, as {@code worker.integration.push} reads it
   */
  record Wanted(boolean sandbox, Map<String, String> facts, Secret secret) {}

  /**
   * @throws ProblemException naming all that is wrong, but never what was sent as a secret
   */
  static Wanted read(Provider provider, JsonNode body) {
    var fields = Fields.of(body);
    var wanted = provider == Provider.APNS ? apns(fields) : fcm(fields);
    fields.noOthers();
    fields.check();
    return wanted;
  }

  private static Wanted apns(Fields fields) {
    var keyId = matching(fields, "keyId", "the key's id: 10 of A-Z and 0-9", APPLE_ID);
    var teamId = matching(fields, "teamId", "the team's id: 10 of A-Z and 0-9", APPLE_ID);
    var key =
        fields.required(
            "key",
            "the text of the .p8 file",
            text -> checked("key", text, CredentialReader::p256));
    boolean sandbox = fields.flag("sandbox");
    var secret = JsonText.MAPPER.createObjectNode();
    secret.put("key", key).put("keyId", keyId).put("teamId", teamId);
    return new Wanted(
        sandbox,
        Map.of("keyId", orEmpty(keyId), "teamId", orEmpty(teamId)),
        Secret.of(secret.toString()));
  }

  private static Wanted fcm(Fields fields) {
    var account = fields.object("serviceAccount");
    if (account == null) {
      fields.wrong("serviceAccount", "missing (expected: the JSON of a service account's key)");
      return new Wanted(false, Map.of(), Secret.of(""));
    }
    var type = matching(account, "type", "service_account", Pattern.compile("service_account"));
    var project = matching(account, "project_id", "a project's id", PROJECT);
    var email = matching(account, "client_email", "an e-mail address", EMAIL);
    var keyId = matching(account, "private_key_id", "the key's id", KEY_ID);
    var key =
        account.required(
            "private_key",
            "a private key in PEM",
            text -> checked("private_key", text, CredentialReader::rsa));
    var secret = JsonText.MAPPER.createObjectNode();
    secret.put("type", type).put("projectId", project).put("clientEmail", email);
    secret.put("keyId", keyId).put("key", key);
    return new Wanted(
        false,
        Map.of(
            "projectId", orEmpty(project),
            "clientEmail", orEmpty(email),
            "keyId", orEmpty(keyId)),
        Secret.of(secret.toString()));
  }

  private static @Nullable String matching(
      Fields fields, String name, String expected, Pattern form) {
    return fields.required(
        name,
        expected,
        text -> {
          if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException(
                "%s: %s (expected: %s)".formatted(name, Fields.shown(text), expected));
          }
          return text;
        });
  }

  private interface Check {
    /** What the key would have to be; null if it is that. */
    @Nullable String of(PKCS8EncodedKeySpec key) throws GeneralSecurityException;
  }

  private static @Nullable String p256(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    var key = (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(spec);
    boolean fits = key.getParams().getCurve().getField().getFieldSize() == P256_BITS;
    return fits ? null : "a key on the curve P-256";
  }

  private static @Nullable String rsa(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    var key = (RSAPrivateKey) KeyFactory.getInstance("RSA").generatePrivate(spec);
    boolean fits = key.getModulus().bitLength() >= RSA_BITS;
    return fits ? null : "an RSA key of at least " + RSA_BITS + " bits";
  }

  private static String checked(String name, String pem, Check check) {
    var expected = "a private key in PEM (PKCS #8)";
    try {
      var base64 =
          pem.replace("-----BEGIN PRIVATE KEY-----", "")
              .replace("-----END PRIVATE KEY-----", "")
              .replaceAll("\\s", "");
      var wrong = check.of(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
      if (wrong == null && pem.contains("-----BEGIN PRIVATE KEY-----")) {
        return pem;
      }
      expected = wrong == null ? expected : wrong;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // No cause: its message could quote the key.
      throw new IllegalArgumentException(
          "%s: %d characters (expected: %s)".formatted(name, pem.length(), expected));
    }
    throw new IllegalArgumentException(
        "%s: %d characters (expected: %s)".formatted(name, pem.length(), expected));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
