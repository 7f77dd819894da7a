package dev.offstage.ingest.upload;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Pumps the body of an asynchronous request into a reception. No thread waits for the client: the
 * container calls when bytes have come, so a request that hangs costs a socket and nothing else,
 * and can be ended by anyone at any time.
 */
public final class RequestBody implements ReadListener {
  private final ServletInputStream in;
  private final Reception reception;

  /** The request's trace: the container calls back on threads that know nothing of it. */
  private final ContextSnapshot context = ContextSnapshotFactory.builder().build().captureAll();

  public RequestBody(ServletInputStream in, Reception reception) {
    this.in = in;
    this.reception = reception;
  }

  @Override
  public void onDataAvailable() {
    reception.feed(this::read);
  }

  private boolean read(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (!in.isReady() || in.isFinished()) {
        return false;
      }
      // Tomcat returns the buffer as it would be read from, not as it would be filled further.
      int from = into.position();
      int read = in.read(into);
      into.limit(into.capacity()).position(from + Math.max(0, read));
      if (read < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void onAllDataRead() {
    try (var _ = context.setThreadLocals()) {
      reception.end();
    }
  }

  @Override
  public void onError(Throwable cause) {
    reception.cut();
  }
}
