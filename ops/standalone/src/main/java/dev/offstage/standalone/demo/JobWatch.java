package dev.offstage.standalone.demo;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Follows a job to its end: the API answers each time when something has changed. */
final class JobWatch {
  private static final Set<String> ENDED = Set.of("completed", "cancelled", "discarded");

  private final Api api;
  private final Bar bar;

  JobWatch(Api api, Screen screen) {
    this.api = api;
    this.bar = new Bar(screen, "job");
  }

  /** The job as it ended. */
  JsonNode follow(String id) throws IOException, InterruptedException {
    long from = System.nanoTime();
    @Nullable String etag = null;
    while (true) {
      var changed = api.get("/v1/jobs/" + id + (etag == null ? "" : "?wait=30s"), etag);
      if (changed == null) {
        continue;
      }
      etag = changed.etag();
      var job = changed.json();
      var state = Text.plain(job.path("state").asString(""));
      if (ENDED.contains(state)) {
        double done = state.equals("completed") ? 1 : job.path("progress").asDouble(0);
        bar.end(done, "%s after %.1f s".formatted(state, (System.nanoTime() - from) / 1e9));
        return job;
      }
      bar.show(job.path("progress").asDouble(0), note(state, job));
    }
  }

  private static String note(String state, JsonNode job) {
    var note = Text.plain(job.path("progressNote").asString(""));
    int attempt = job.path("attempt").asInt(0);
    var again = attempt > 1 ? ", attempt " + attempt : "";
    return state + again + (note.isEmpty() ? "" : ": " + note);
  }
}
