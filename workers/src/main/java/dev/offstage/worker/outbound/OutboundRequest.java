package dev.offstage.worker.outbound;

import dev.offstage.outbound.OutboundHeader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call to be made.
 *
 * @param method in upper case
 * @param url such as {@code OutboundUrls} gives; checked again by the client
 * @param headers in the order of sending; a Content-Type is among them if there is a body
 * @param body sent as it is; null for none
 * @param timeLimit from the first moment to the last byte of the answer
 * @param bodyLimit so many bytes of the answer's body are kept
 * @param tenant whose call it is, so that what tenants share is shared out; empty for nobody's
 */
public record OutboundRequest(
    String method,
    URI url,
    List<OutboundHeader> headers,
    byte @Nullable [] body,
    Duration timeLimit,
    int bodyLimit,
    String tenant) {
  private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");
  private static final int MAX_BODY = 16 * 1024 * 1024;

  /** What is kept of an answer's body, unless a request says otherwise. */
  public static final int DEFAULT_BODY_LIMIT = 64 * 1024;

  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public OutboundRequest {
    headers = List.copyOf(headers);
    if (!METHOD.matcher(method).matches() || method.equals("CONNECT")) {
      throw new IllegalArgumentException("method: " + method + " (expected: such as POST)");
    }
    if (bodyLimit < 0 || bodyLimit > MAX_BODY) {
      throw new IllegalArgumentException(
          "bodyLimit: " + bodyLimit + " (expected: 0 to " + MAX_BODY + ")");
    }
  }

  public static Builder to(String method, URI url, Duration timeLimit) {
    return new Builder(method, url, timeLimit);
  }

  /** Collects what a request shall be. */
  public static final class Builder {
    private final String method;
    private final URI url;
    private final Duration timeLimit;
    private final List<OutboundHeader> headers = new ArrayList<>();
    private byte @Nullable [] body;
    private int bodyLimit = DEFAULT_BODY_LIMIT;

    private Builder(String method, URI url, Duration timeLimit) {
      this.method = method;
      this.url = url;
      this.timeLimit = timeLimit;
    }

    /**
     * @throws IllegalArgumentException if it is none that may be sent
     */
    public Builder header(String name, String value) {
      headers.add(new OutboundHeader(name, value));
      return this;
    }

    public Builder headers(List<OutboundHeader> more) {
      headers.addAll(more);
      return this;
    }

    public Builder body(byte @Nullable [] body) {
      this.body = body;
      return this;
    }

    public Builder bodyLimit(int bytes) {
      this.bodyLimit = bytes;
      return this;
    }

    public OutboundRequest build() {
      return new OutboundRequest(method, url, headers, body, timeLimit, bodyLimit, "");
    }
  }

  /** The same, of a tenant, and within a limit that may be shorter. */
  public OutboundRequest within(Duration limit, String tenant) {
    var shorter = limit.compareTo(timeLimit) < 0 ? limit : timeLimit;
    return new OutboundRequest(method, url, headers, body, shorter, bodyLimit, tenant);
  }

  /** Without header values and body, which may be secrets. */
  @Override
  public String toString() {
    return method + " " + url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }
}
