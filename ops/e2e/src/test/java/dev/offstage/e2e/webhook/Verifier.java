package dev.offstage.e2e.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;

/** The Java library of Standard Webhooks. */
final class Verifier {
  private Verifier() {}

  static boolean accepts(String secret, Receiver.Call call) {
    try {
      new Webhook(secret)
          .verify(call.text(), HttpHeaders.of(call.headers(), (name, value) -> true));
      return true;
    } catch (WebhookVerificationException | EmptyWebhookSecretException e) {
      return false;
    }
  }
}
