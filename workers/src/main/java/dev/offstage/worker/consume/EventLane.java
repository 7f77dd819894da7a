package dev.offstage.worker.consume;

import dev.offstage.store.Transience;
import dev.offstage.worker.analytics.AnalyticsProperties;
import dev.offstage.worker.consume.EventMessage.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes some of the events that come, one transaction after the other, so that those of a person,
 * which all come here, are written in the order in which they came.
 */
final class EventLane {
  private static final Logger log = LoggerFactory.getLogger(EventLane.class);

  /** For how long a write that fails, and may yet succeed, is tried again before all start over. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final AnalyticsProperties properties;
  private final Writer writer;
  private final Runnable startOver;
  private final BlockingQueue<Note> waiting = new LinkedBlockingQueue<>();
  private volatile boolean running;
  private @Nullable Thread thread;

  /** Writes parts in one transaction; may be asked again. */
  interface Writer {
    void write(List<Part> parts);
  }

  /**
   * @param part null for: no more come until some have been written
   */
  private record Note(@Nullable Part part) {}

  /**
   * @param startOver called when nothing can be written: all that waits comes again
   */
  EventLane(AnalyticsProperties properties, Writer writer, Runnable startOver) {
    this.properties = properties;
    this.writer = writer;
    this.startOver = startOver;
  }

  void start(String name) {
    running = true;
    thread = Thread.ofPlatform().name(name).start(this::run);
  }

  /** Ends after the write that is under way. */
  void stop() {
    running = false;
    var started = thread;
    thread = null;
    if (started != null) {
      started.interrupt();
      try {
        started.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    waiting.clear();
  }

  void add(Part part) {
    waiting.add(new Note(part));
  }

  /** What is there need not wait for more. */
  void noMoreComes() {
    waiting.add(new Note(null));
  }

  void clear() {
    waiting.clear();
  }

  /** Without this lane nothing that it has would end, so that no failure ends it. */
  private void run() {
    boolean failed = false;
    while (running) {
      try {
        if (failed) {
          startOver.run();
        }
        failed = false;
        write(gathered());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        failed = true;
        if (running) {
          log.error("Events could not be written, trying again", e);
        }
      }
    }
  }

  private List<Part> gathered() throws InterruptedException {
    var gathered = new ArrayList<Part>();
    var next = waiting.take();
    long until = System.nanoTime() + properties.gather().toNanos();
    long bytes = 0;
    boolean full = false;
    while (next != null) {
      if (next.part() == null) {
        full = true;
      } else {
        gathered.add(next.part());
        bytes += next.part().bytes();
      }
      if (bytes >= properties.batch().toBytes()) {
        return gathered;
      }
      next =
          full && !gathered.isEmpty()
              ? waiting.poll() // what is there already, of several rounds perhaps
              : waiting.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    return gathered;
  }

  private void write(List<Part> parts) {
    if (parts.isEmpty()) {
      return;
    }
    try {
      Transience.patiently(
          PATIENCE,
          () -> {
            writer.write(parts);
            return true;
          });
      parts.forEach(Part::written);
    } catch (RuntimeException e) {
      if (Transience.of(e) || !running) {
        throw e;
      }
      // Something in one of them cannot be written: halved until it stands alone.
      if (parts.size() == 1) {
        parts.getFirst().refused(e.toString());
      } else {
        int half = parts.size() / 2;
        write(parts.subList(0, half));
        write(parts.subList(half, parts.size()));
      }
    }
  }
}
