package dev.offstage.scheduler.console.dashboard;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands on what comes, piece by piece, one at a time, so that nothing piles up here. On live
 * updates, something is sent now and then, by which it shows that the browser has gone; and after a
 * while they end, so that the browser asks anew and shows anew who it is.
 */
final class Relay implements Subscriber<List<ByteBuffer>> {
  private static final Duration QUIET = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final byte[] STILL_HERE = {':', '\n', '\n'};

  private sealed interface Piece {
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    record End(@Nullable Throwable cause) implements Piece {}
  }

  private final boolean live;
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private volatile @Nullable Subscription subscription;

  Relay(boolean live) {
    this.live = live;
  }

  @Override
  public void onSubscribe(Subscription subscribed) {
    subscription = subscribed;
    subscribed.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    pieces.add(new Piece.Bytes(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    pieces.add(new Piece.End(cause));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece.End(null));
  }

  /** Ends it. */
  void cut() {
    pieces.add(new Piece.End(null));
  }

  void copyTo(HttpServletResponse response) throws IOException, InterruptedException {
    long start = System.nanoTime();
    try {
      var out = response.getOutputStream();
      if (live) {
        out.write(STILL_HERE);
        response.flushBuffer();
      }
      while (!live || System.nanoTime() - start < LONGEST.toNanos()) {
        var piece = pieces.poll((live ? QUIET : PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        if (piece instanceof Piece.Bytes bytes) {
          for (var buffer : bytes.buffers) {
            Channels.newChannel(out).write(buffer);
          }
          request();
        } else if (piece instanceof Piece.End end) {
          if (end.cause() != null && !live) {
            throw new IOException("the dashboard's answer broke off", end.cause());
          }
          return;
        } else if (!live) {
          throw new IOException("the dashboard's answer stalled");
        } else {
          out.write(STILL_HERE);
        }
        if (live) {
          response.flushBuffer();
        }
      }
    } finally {
      cancel();
    }
  }

  private void request() {
    var from = subscription;
    if (from != null) {
      from.request(1);
    }
  }

  private void cancel() {
    var from = subscription;
    if (from != null) {
      from.cancel();
    }
  }
}
