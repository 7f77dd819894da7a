package dev.offstage.worker.attempt;

import dev.offstage.store.JobNotes;
import dev.offstage.store.Transience;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The steps of one attempt, and what earlier ones left of theirs. */
final class AttemptSteps {
  private static final int MAX_NAME = 200;

  /** What a step came to is worth waiting for: its work would have to be done again. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Attempt attempt;
  private final JobNotes notes;
  private final JsonMapper json;
  private @Nullable Map<String, @Nullable String> done;

  AttemptSteps(Attempt attempt, JobNotes notes, JsonMapper json) {
    this.attempt = attempt;
    this.notes = notes;
    this.json = json;
  }

  <T> T step(String name, Class<T> type, Callable<T> work) throws Exception {
    var earlier = done();
    if (earlier.containsKey(name)) {
      return read(name, earlier.get(name), type);
    }
    checkName(name);
    T result = work.call();
    if (result == null) {
      throw new NullPointerException(
          "step " + name + ": null (expected: a " + type.getName() + ")");
    }
    keep(name, json.writeValueAsString(result));
    return result;
  }

  void step(String name, JobContext.Work work) throws Exception {
    if (!done().containsKey(name)) {
      checkName(name);
      work.run();
      keep(name, null);
    }
  }

  private static void checkName(String name) {
    if (name.isBlank() || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "step: " + name + " (expected: a name of 1 to " + MAX_NAME + " characters)");
    }
  }

  private <T> T read(String name, @Nullable String result, Class<T> type) {
    T value = result == null ? null : json.readValue(result, type);
    if (value == null) {
      throw new IllegalStateException(
          "step "
              + name
              + ": an earlier attempt left no result (expected: "
              + type.getName()
              + ")");
    }
    return value;
  }

  private Map<String, @Nullable String> done() {
    var known = done;
    if (known == null) {
      known = new HashMap<>();
      if (attempt.job().claimNo() > 1) { // the first claim has no predecessor
        for (var step : notes.steps(attempt.job().id())) {
          known.put(step.name(), step.result());
        }
      }
      done = known;
    }
    return known;
  }

  private void keep(String name, @Nullable String result) {
    var job = attempt.job();
    boolean kept =
        Transience.patiently(
            PATIENCE, () -> notes.step(attempt.worker(), job.id(), job.claimNo(), name, result));
    if (!kept) {
      throw new ClaimLostException(job.id());
    }
    done().put(name, result);
  }
}
