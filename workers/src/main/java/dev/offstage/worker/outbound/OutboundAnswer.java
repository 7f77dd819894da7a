package dev.offstage.worker.outbound;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What came of a call. */
public sealed interface OutboundAnswer {

  /** From the first moment to the last. */
  Duration duration();

  /**
   * The other side answered, whatever it said.
   *
   * @param status 200 to 599; also a redirect, which is not followed
   * @param headers at most {@value OutboundProfile#MAX_HEADERS}
   * @param body its first bytes, as many as the request wanted; not decompressed
   * @param truncated whether there was more: of a 2xx, at most {@value OutboundProfile#MAX_UNKEPT}
   *     bytes
   */
  record Received(
      int status, List<Header> headers, byte[] body, boolean truncated, Duration duration)
      implements OutboundAnswer {

    /** A 2xx. */
    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /** The first header of that name, in whatever case. */
    public Optional<String> header(String name) {
      return headers.stream()
          .filter(header -> header.name().equalsIgnoreCase(name))
          .map(Header::value)
          .findFirst();
    }

    /** The body as UTF-8; what is none is replaced. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "Received[status=" + status + ", " + body.length + " bytes, " + duration + "]";
    }
  }

  /** A header of an answer, as it came. */
  record Header(String name, String value) {}

  /**
   * There is no answer, or only a part of one.
   *
   * @param message for people; says where and what, and holds no secret
   */
  record Failed(Reason reason, String message, Duration duration) implements OutboundAnswer {}

  /** Why there is no answer. */
  enum Reason {
    /** The URL is none that may be called. */
    URL_REFUSED,
    /** The host's addresses are private, or otherwise none that may be called. */
    ADDRESS_REFUSED,
    /** The name has no address. */
    NAME_UNKNOWN,
    /** No connection was made: refused, unreachable, or no answer in time. */
    CONNECT_FAILED,
    /** The certificate is not good, or no TLS was spoken. */
    TLS_FAILED,
    /** The connection broke before the answer was complete. */
    CONNECTION_LOST,
    /** The answer was not complete when the time was up. */
    TIMEOUT,
    /** What came was not HTTP, or its headers were too many or too long. */
    ANSWER_REFUSED,
    /** It said 2xx, and a body that is beyond all measure, or has no end. */
    ANSWER_TOO_LARGE,
    /** This worker has too many calls under way. */
    BUSY;

    /** Stable and machine-readable, such as {@code address-refused}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the same call could never do better: nothing was sent, and nothing will be. */
    public boolean isPermanent() {
      return this == URL_REFUSED;
    }
  }
}
