package dev.offstage.webhook;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The headers that make a call a Standard Webhook 1.0
 * (https://github.com/standard-webhooks/standard-webhooks).
 */
public final class Signature {
  public static final String ID = "webhook-id";
  public static final String TIMESTAMP = "webhook-timestamp";
  public static final String SIGNATURE = "webhook-signature";

  private Signature() {}

  /**
   * @param id the same on every try, so that the receiver can tell a repeat; without a dot
   * @param at of this try
   * @param body the exact bytes that are sent
   * @param secrets each signs: while a secret is being replaced, the old one as well
   */
  public static Map<String, String> headers(
      String id, Instant at, byte[] body, List<SigningSecret> secrets) {
    var timestamp = Long.toString(at.getEpochSecond());
    var content = new ByteArrayOutputStream(body.length + 80);
    content.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    content.writeBytes(body);
    var signed = content.toByteArray();
    var headers = new LinkedHashMap<String, String>();
    headers.put(ID, id);
    headers.put(TIMESTAMP, timestamp);
    headers.put(
        SIGNATURE,
        secrets.stream()
            .map(secret -> "v1," + Base64.getEncoder().encodeToString(secret.sign(signed)))
            .collect(Collectors.joining(" ")));
    return headers;
  }
}
