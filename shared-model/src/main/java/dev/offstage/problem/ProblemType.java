package dev.offstage.problem;

import java.net.URI;
import org.springframework.http.HttpStatusCode;

/**
 * A kind of problem; clients may switch on its URI, so it never changes once released.
 *
 * @param title for people; the same for every problem of the type
 */
public record ProblemType(URI uri, HttpStatusCode status, String title) {
  private static final String BASE = "https://offstage.dev/problems/";

  public static final ProblemType INVALID_REQUEST = of(400, "invalid-request", "Invalid request");
  public static final ProblemType UNAUTHENTICATED =
      of(401, "unauthenticated", "Authentication required");
  public static final ProblemType INVALID_TOKEN = of(401, "invalid-token", "Invalid token");
  public static final ProblemType FORBIDDEN = of(403, "forbidden", "Not allowed");
  public static final ProblemType NOT_FOUND = of(404, "not-found", "Not found");
  public static final ProblemType METHOD_NOT_ALLOWED =
      of(405, "method-not-allowed", "Method not allowed");
  public static final ProblemType TOO_MANY_REQUESTS =
      of(429, "too-many-requests", "Too many requests");
  public static final ProblemType INTERNAL = of(500, "internal", "Internal error");
  public static final ProblemType UNAVAILABLE = of(503, "unavailable", "Temporarily unavailable");

  /** A type of Offstage's own, {@code https://offstage.dev/problems/<name>}. */
  public static ProblemType of(int status, String name, String title) {
    return new ProblemType(URI.create(BASE + name), HttpStatusCode.valueOf(status), title);
  }

  /** The type for a bare HTTP status, for what a framework refused. */
  static ProblemType forStatus(HttpStatusCode status) {
    return switch (status.value()) {
      case 400 -> INVALID_REQUEST;
      case 401 -> UNAUTHENTICATED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> of(406, "not-acceptable", "Not acceptable");
      case 408 -> of(408, "request-timeout", "Request timed out");
      case 413 -> of(413, "too-large", "Too large");
      case 414 -> of(414, "uri-too-long", "URI too long");
      case 415 -> of(415, "unsupported-media-type", "Unsupported media type");
      case 429 -> TOO_MANY_REQUESTS;
      case 431 -> of(431, "headers-too-large", "Headers too large");
      case 501 -> of(501, "not-implemented", "Not implemented");
      case 503 -> UNAVAILABLE;
      default ->
          status.is4xxClientError()
              ? of(status.value(), "invalid-request", "Invalid request")
              : of(status.value(), "internal", "Internal error");
    };
  }

  /**
   * A problem of this type, to be thrown.
   *
   * @param detail what was wrong and what was expected, for the caller to read
   */
  public ProblemException because(String detail) {
    return new ProblemException(this, detail);
  }
}
