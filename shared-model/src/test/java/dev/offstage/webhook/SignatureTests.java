package dev.offstage.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTests {
  private static final String BODY = "{\"type\":\"x\",\"data\":{\"name\":\"Zoë\"}}";

  private static Map<String, List<String>> signed(List<SigningSecret> secrets, Instant at) {
    return Signature.headers("evt_1", at, BODY.getBytes(StandardCharsets.UTF_8), secrets)
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue())));
  }

  /** The example of the specification. */
  @Test
  void signsAsTheSpecificationDoes() {
    var headers =
        Signature.headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Instant.ofEpochSecond(1614265330),
            "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8),
            List.of(SigningSecret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")));

    assertThat(headers)
        .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void theReferenceLibraryAcceptsBothSecretsAndNoOther() throws Exception {
    var now = SigningSecret.random();
    var before = SigningSecret.random();
    var headers = signed(List.of(now, before), Instant.now());

    for (var secret : List.of(now, before)) {
      var verifier = new Webhook(secret.text());
      assertThatCode(() -> verifier.verify(BODY, headers)).doesNotThrowAnyException();
      assertThatThrownBy(() -> verifier.verify(BODY + " ", headers))
          .isInstanceOf(WebhookVerificationException.class);
    }
    var other = new Webhook(SigningSecret.random().text());
    assertThatThrownBy(() -> other.verify(BODY, headers))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "whsec_", "whsec_!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ="})
  void whatIsNoSecretIsRefusedWithoutBeingRepeated(String text) {
    assertThatThrownBy(() -> SigningSecret.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("secret: not one (expected: whsec_ and base64 of 24 to 64 bytes)");
  }

  @Test
  void aSecretDoesNotShowItself() {
    var secret = SigningSecret.random();

    assertThat(Base64.getDecoder().decode(secret.text().substring(6))).hasSize(32);
    assertThat(secret.toString()).isEqualTo("whsec_…");
    assertThat(SigningSecret.of(secret.text())).isEqualTo(secret);
  }
}
