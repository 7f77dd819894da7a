package dev.offstage.ingest.live;

import dev.offstage.problem.ProblemType;
import dev.offstage.store.Transience;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Server-sent events of what is asked for again each second, on the request's own thread, until the
 * client has gone, the stream has had its time or this node stops. Nothing is queued: who reads
 * slowly is asked for less often.
 */
@Component
public final class PolledStreams implements SmartLifecycle {
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final LiveProperties properties;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopped = lock.newCondition();
  private boolean running;
  private int open;

  PolledStreams(LiveProperties properties) {
    this.properties = properties;
  }

  /**
   * One event.
   *
   * @param data one line
   */
  public record Told(String name, String data) {}

  /** Asks for what there is to tell since the last time. */
  @FunctionalInterface
  public interface Source {
    List<Told> next();
  }

  /**
   * @param most such streams at once on this node
   * @throws IOException if the client has gone
   * @throws dev.offstage.problem.ProblemException if there are too many
   */
  public void write(HttpServletResponse response, int most, Source source)
      throws IOException, InterruptedException {
    admit(most);
    try {
      response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE + ";charset=UTF-8");
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("X-Accel-Buffering", "no"); // nginx would hold events back
      var out = response.getOutputStream();
      send(out, "retry: 2000\n\n");
      stream(out, source);
    } finally {
      release();
    }
  }

  private void stream(OutputStream out, Source source) throws IOException, InterruptedException {
    long end = System.nanoTime() + properties.maxStream().toNanos();
    long silent = System.nanoTime();
    while (System.nanoTime() - end < 0) {
      var text = new StringBuilder();
      try {
        for (var told : source.next()) {
          text.append("event: %s\ndata: %s\n\n".formatted(told.name(), told.data()));
        }
      } catch (RuntimeException e) {
        if (!Transience.of(e)) {
          throw e;
        }
      }
      if (!text.isEmpty()) {
        send(out, text.toString());
        silent = System.nanoTime();
      } else if (System.nanoTime() - silent > properties.heartbeat().toNanos()) {
        send(out, ":\n\n");
        silent = System.nanoTime();
      }
      if (!rested()) {
        return;
      }
    }
  }

  private void admit(int most) {
    lock.lock();
    try {
      if (open >= most) {
        throw ProblemType.UNAVAILABLE
            .because("Too many watch already; please try again shortly.")
            .retryAfter(Duration.ofSeconds(5));
      }
      open++;
    } finally {
      lock.unlock();
    }
  }

  private void release() {
    lock.lock();
    try {
      open--;
    } finally {
      lock.unlock();
    }
  }

  /** Whether this node goes on. */
  private boolean rested() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = EVERY.toNanos();
      while (running && left > 0) {
        left = stopped.awaitNanos(left);
      }
      return running;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start() {
    set(true);
  }

  @Override
  public void stop() {
    set(false);
  }

  private void set(boolean on) {
    lock.lock();
    try {
      running = on;
      stopped.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isRunning() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
