package dev.offstage.e2e.webhook;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plays FCM, and Google's token endpoint; takes every message, unless a test says otherwise. */
final class Fcm implements AutoCloseable {
  private static final String SEND = "/v1/projects/my-project/messages:send";
  static final Receiver.Answer TAKEN =
      Receiver.text(200, "application/json", "{\"name\":\"projects/my-project/messages/1\"}");

  private final Receiver receiver = new Receiver();

  Fcm() {
    receiver.answer(
        "/token",
        Receiver.text(200, "application/json", "{\"access_token\":\"t\",\"expires_in\":3600}"));
    receiver.answer(SEND, TAKEN);
  }

  /** Properties of workers that send here. */
  Map<String, String> properties() {
    return Map.of(
        "offstage.push.fcm.base-url",
        receiver.url(""),
        "offstage.push.fcm.token-url",
        receiver.url("/token"));
  }

  void answer(Receiver.Answer answer) {
    receiver.answer(SEND, answer);
  }

  /** What came, in its order. */
  List<JsonNode> messages() {
    return receiver.at(SEND).stream().map(Fcm::message).toList();
  }

  static JsonNode message(Receiver.Call call) {
    return call.json().path("message");
  }

  /** The credential of an app, as it is downloaded from Google. */
  static String credential() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      var key =
          Base64.getMimeEncoder()
              .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
      return JsonMapper.builder()
          .build()
          .writeValueAsString(
              Map.of(
                  "serviceAccount",
                  Map.of(
                      "type", "service_account",
                      "project_id", "my-project",
                      "private_key_id", "k1",
                      "private_key",
                          "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n",
                      "client_email", "push@my-project.example",
                      "token_uri", "https://oauth2.googleapis.com/token")));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    receiver.close();
  }
}
