package dev.offstage.ingest.live;

import dev.offstage.store.Transience;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Writes a job's changes as server-sent events (WHATWG HTML, section 9.2) on the request's own
 * thread, until the job has ended, the client has gone or the stream has had its time.
 *
 * <p>Nothing is queued: after a slow write the next event is the job as it is then.
 */
@Component
public final class EventStream {
  private static final String HEARTBEAT = ":\n\n";
  private static final String RETRY = "retry: 2000\n\n";
  private static final Duration AWAY = Duration.ofSeconds(1);

  private final LiveProperties properties;

  EventStream(LiveProperties properties) {
    this.properties = properties;
  }

  /**
   * One event.
   *
   * @param version of the job: the event's id
   * @param data one line
   * @param last whether nothing can come after it
   */
  public record Event(int version, String name, String data, boolean last) {}

  /** Reads the job as it is now; empty if it is gone. */
  @FunctionalInterface
  public interface Source {
    Optional<Event> read();
  }

  /**
   * @param seen the version that the client has already; 0 for none
   * @throws IOException if the client has gone
   */
  public void write(HttpServletResponse response, JobWatch watch, int seen, Source source)
      throws IOException, InterruptedException {
    response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE + ";charset=UTF-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Accel-Buffering", "no"); // nginx would hold events back
    var out = response.getOutputStream();
    send(out, RETRY);
    long end = System.nanoTime() + properties.maxStream().toNanos();
    int sent = seen;
    while (!watch.isEnded() && System.nanoTime() - end < 0) {
      try {
        var event = source.read();
        if (event.isEmpty()) {
          return;
        }
        boolean news = event.get().version() > sent;
        send(out, news ? text(event.get()) : HEARTBEAT);
        sent = Math.max(sent, event.get().version());
        if (event.get().last()) {
          watch.heard();
          return;
        }
        watch.await(sent, properties.heartbeat());
      } catch (RuntimeException e) {
        if (!Transience.of(e)) {
          throw e;
        }
        send(out, HEARTBEAT);
        watch.await(Integer.MAX_VALUE, AWAY);
      }
    }
  }

  private static String text(Event event) {
    return "id: %d\nevent: %s\ndata: %s\n\n".formatted(event.version(), event.name(), event.data());
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
