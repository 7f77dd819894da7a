package dev.offstage.e2e.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.offstage.e2e.NodeClient;
import java.net.http.HttpHeaders;
import java.util.Base64;

/** The libraries of Standard Webhooks. */
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

  /** The JavaScript library, on Node. */
  static boolean acceptsInJavaScript(String secret, Receiver.Call call) {
    return NodeClient.script(
            "webhook.mjs",
            secret,
            Base64.getEncoder().encodeToString(call.body()),
            call.header("webhook-id"),
            call.header("webhook-timestamp"),
            call.header("webhook-signature"))
        .path("accepted")
        .asBoolean();
  }
}
