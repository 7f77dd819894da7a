package dev.offstage.ingest.live;

import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.Jobs;
import dev.offstage.job.JobId;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventStreamIT {
  private final IngestServer server = IngestServer.shared();

  /** The client's side of a stream. */
  private static final class Events implements AutoCloseable {
    private final Stream<String> lines;
    private final Iterator<String> each;

    private Events(HttpRequest.Builder request) {
      var response = send(request.GET(), HttpResponse.BodyHandlers.ofLines());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
      lines = response.body();
      each = lines.iterator();
    }

    /** The next event as "name id"; its data is checked to be JSON of one line. */
    private String next() {
      var event = new ArrayList<String>();
      while (each.hasNext()) {
        var line = each.next();
        if (line.startsWith("id: ") || line.startsWith("event: ")) {
          event.add(line.substring(line.indexOf(' ') + 1));
        } else if (line.startsWith("data: ")) {
          assertThat(line).startsWith("data: {").endsWith("}");
          return event.get(1) + " " + event.get(0);
        }
      }
      return "end";
    }

    /** Waits for a heartbeat, which is a comment. */
    private void heartbeat() {
      while (each.hasNext()) {
        if (each.next().startsWith(":")) {
          return;
        }
      }
      throw new AssertionError("the stream ended");
    }

    @Override
    public void close() {
      lines.close();
    }
  }

  private static Events follow(IngestServer server, JobId job, String... headers) {
    var request = server.request("/v1/jobs/" + job + "/events", server.key("acme"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return new Events(request);
  }

  private static void followsToTheEnd(IngestServer server, boolean told) {
    var jobs = new Jobs(server);
    var id = jobs.enqueue("acme", "ada");
    try (var events = follow(server, id)) {
      assertThat(events.next()).isEqualTo("state 1");
      for (Runnable change :
          List.<Runnable>of(
              () -> jobs.run(id), () -> jobs.progress(id, 0.5), () -> jobs.complete(id))) {
        change.run();
        if (told) {
          jobs.tell(id);
        }
        assertThat(events.next()).isIn("state 2", "progress 3", "result 4");
      }
      assertThat(events.next()).isEqualTo("end");
    }
  }

  @Test
  void aJobIsFollowedToItsEnd() {
    followsToTheEnd(server, true);
  }

  @Test
  void withNobodyTellingTheStreamAsksByItself() {
    long start = System.nanoTime();
    followsToTheEnd(server, false);
    // A heartbeat, at which it would look as well, comes after 15 s.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(14));
  }

  @Test
  void aCutStreamResumesWhereItWas() {
    var jobs = new Jobs(server);
    var id = jobs.enqueue("acme", "ada");
    jobs.run(id);
    try (var events = follow(server, id, "Last-Event-ID", "1")) {
      assertThat(events.next()).isEqualTo("state 2");
    }
    try (var events = follow(server, id, "Last-Event-ID", "2")) {
      jobs.progress(id, 0.25);
      jobs.tell(id);
      assertThat(events.next()).isEqualTo("progress 3");
      jobs.complete(id);
      assertThat(events.next()).isEqualTo("result 4");
    }
    try (var events = follow(server, id, "Last-Event-ID", "3")) {
      assertThat(events.next()).isEqualTo("result 4");
      assertThat(events.next()).isEqualTo("end");
    }
  }

  @Test
  void afterTheResultThereIsNothingToResume() {
    var jobs = new Jobs(server);
    var id = jobs.enqueue("acme", "ada");
    jobs.complete(id);
    var request = server.request("/v1/jobs/" + id + "/events", server.key("acme"));

    assertThat(send(request.header("Last-Event-ID", "2").GET()).statusCode()).isEqualTo(204);
  }

  @Test
  void anIdThatNeverWasStartsAnew() {
    var id = new Jobs(server).enqueue("acme", "ada");
    for (var never : List.of("99", "-1", "x", "99999999999")) {
      try (var events = follow(server, id, "Last-Event-ID", never)) {
        assertThat(events.next()).isEqualTo("state 1");
      }
    }
  }

  @Test
  void watchesAreBoundedAndFreedWhenTheClientGoes() {
    try (var small =
        IngestServer.start(
            false,
            false, // and Redis is away: the application starts and works all the same
            Map.of(
                "offstage.live.heartbeat", "200ms",
                "offstage.live.max-watches-per-tenant", "2",
                "offstage.live.max-stream", "20s"))) {
      followsToTheEnd(small, true);

      var id = new Jobs(small).enqueue("acme", "ada");
      var watches = small.bean(JobWatches.class);
      var path = "/v1/jobs/" + id;
      try (var one = follow(small, id);
          var two = follow(small, id)) {
        one.heartbeat();
        two.heartbeat();
        assertThat(watches.open()).isEqualTo(2);
        var refused = small.get(path + "/events", small.key("acme"));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(small.get(path + "?wait=1s", small.key("acme")).statusCode()).isEqualTo(429);
        assertThat(small.get(path, small.key("acme")).statusCode()).isEqualTo(200);
      }
      Awaitility.await().untilAsserted(() -> assertThat(watches.open()).isZero());
    }
  }
}
