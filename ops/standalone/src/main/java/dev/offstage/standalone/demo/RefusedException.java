package dev.offstage.standalone.demo;

import java.io.IOException;
import java.net.URI;

/** The API answered, and not as hoped. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  RefusedException(int status, String method, URI uri, String reason) {
    super("%s %s answered %d: %s".formatted(method, uri.getPath(), status, reason));
    this.status = status;
  }

  int status() {
    return status;
  }
}
