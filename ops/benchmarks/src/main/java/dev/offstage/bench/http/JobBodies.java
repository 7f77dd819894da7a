package dev.offstage.bench.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests to enqueue jobs, and what is answered to them. */
public final class JobBodies {
  private static final String JOB = "{\"kind\":\"bench.work\",\"payload\":";
  private static final String ACCEPTED = "\"status\":202";

  private JobBodies() {}

  /**
   * @param payload JSON text
   */
  public static byte[] one(String payload) {
    return bytes(JOB + payload + "}");
  }

  /** A job that falls due tomorrow. */
  public static byte[] later(String payload) {
    return bytes(JOB + payload + ",\"delay\":\"24h\"}");
  }

  /** NDJSON. */
  public static byte[] lines(List<String> payloads) {
    var text = new StringBuilder();
    payloads.forEach(payload -> text.append(JOB).append(payload).append("}\n"));
    return bytes(text.toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Sees that the answer to {@link #lines} accepts every one of them. */
  public static void requireAllAccepted(HttpConnection.Answer answer, int jobs) throws IOException {
    var text = answer.text();
    int accepted = 0;
    for (int at = text.indexOf(ACCEPTED); at >= 0; at = text.indexOf(ACCEPTED, at + 1)) {
      accepted++;
    }
    if (accepted != jobs) {
      var begin = text.substring(0, Math.min(200, text.length()));
      throw new IOException(accepted + " accepted (expected: " + jobs + "): " + begin);
    }
  }
}
