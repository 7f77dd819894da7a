package dev.offstage.e2e;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Callers who enqueue jobs, one by one and in batches, and like any app repeat what was not
 * answered, under the same key. What was accepted goes into the ledger.
 */
final class JobLoad implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long PATIENCE = Duration.ofSeconds(150).toNanos();
  private static final int BATCH = 50;

  private final Api api;
  private final JobLedger ledger;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running;
  private volatile boolean stopping;
  private volatile int pauseMillis;

  /**
   * @param pauseMillis of each caller between two requests
   */
  JobLoad(Api api, JobLedger ledger, int callers, int pauseMillis) {
    this.api = api;
    this.ledger = ledger;
    this.pauseMillis = pauseMillis;
    this.running =
        IntStream.range(0, callers)
            .<Future<?>>mapToObj(caller -> this.callers.submit(() -> call(caller)))
            .toList();
  }

  void hurry() {
    pauseMillis = 0;
  }

  /** Waits until so many more were accepted than now. */
  void awaitMore(int jobs) {
    awaitTotal(ledger.size() + jobs);
  }

  void awaitTotal(int jobs) {
    Awaitility.await("jobs are accepted")
        .atMost(Duration.ofSeconds(240))
        .until(() -> running.stream().anyMatch(Future::isDone) || ledger.size() >= jobs);
  }

  private void call(int caller) {
    var random = new Random(caller);
    for (int n = 0; !stopping; n++) {
      var token = ledger.owner() + "-" + caller + "-" + n;
      if (n % 8 == 7) {
        enqueueAll(api, ledger, token, IntStream.range(0, BATCH).mapToObj(i -> script(random)));
      } else {
        enqueue(api, ledger, token, script(random));
      }
      Pause.millis(pauseMillis);
    }
  }

  /** Mostly quick ones that succeed; some take a while, fail, are put off, or end in failure. */
  private static List<String> script(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> List.of("fail", "fail", "sleep:0");
      case 1 -> List.of("snooze:300", "sleep:5");
      case 2 -> List.of("discard");
      case 3, 4 -> List.of("sleep:400");
      case 5, 6 -> List.of("sleep:50");
      default -> List.of("sleep:0");
    };
  }

  private static String body(String token, List<String> acts) {
    return JSON.writeValueAsString(
        JSON.createObjectNode()
            .put("kind", "e2e.script")
            .set("payload", JSON.valueToTree(new Payload(token, acts))));
  }

  private record Payload(String token, List<String> acts) {}

  /** Enqueues one job, over whatever happens. */
  static UUID enqueue(Api api, JobLedger ledger, String token, List<String> acts) {
    var body = body(token, acts);
    var answer = answered(() -> api.enqueue(token, body), 202);
    var id = UUID.fromString(JSON.readTree(answer.body()).path("id").asString());
    ledger.enter(token, id, acts, answer.headers().firstValue("Idempotent-Replayed").isPresent());
    return id;
  }

  /** Enqueues a batch, over whatever happens, until each of its items is accepted. */
  static void enqueueAll(Api api, JobLedger ledger, String key, Stream<List<String>> scripts) {
    var all = scripts.toList();
    var lines = new ArrayList<String>();
    for (var acts : all) {
      lines.add(body(key + "." + lines.size(), acts));
    }
    var body = String.join("\n", lines);
    for (long deadline = System.nanoTime() + PATIENCE; ; ) {
      var answers = answered(() -> whole(api.enqueueAll(key, body), all.size()), 200);
      boolean done = true;
      for (var line : new String(answers.body(), StandardCharsets.UTF_8).split("\n")) {
        done &= enter(ledger, key, all, JSON.readTree(line));
      }
      if (done) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("a batch was not accepted for " + PATIENCE + " ns");
      }
      Pause.millis(100);
    }
  }

  /** Whether the item was accepted. */
  private static boolean enter(
      JobLedger ledger, String key, List<List<String>> all, JsonNode answer) {
    int status = answer.path("status").asInt();
    int index = answer.path("index").asInt();
    if (status == 202) {
      var id = UUID.fromString(answer.path("id").asString());
      ledger.enter(key + "." + index, id, all.get(index), answer.path("existing").asBoolean(false));
    } else if (status < 500) {
      throw new IllegalStateException("a caller would give up: " + answer);
    }
    return status == 202;
  }

  /** An answer that breaks off is none. */
  private static HttpResponse<byte[]> whole(HttpResponse<byte[]> answer, int items)
      throws IOException {
    if (answer.statusCode() == 200
        && new String(answer.body(), StandardCharsets.UTF_8).lines().count() != items) {
      throw new IOException("the answer breaks off");
    }
    return answer;
  }

  private interface Request {
    HttpResponse<byte[]> send() throws IOException;
  }

  private static HttpResponse<byte[]> answered(Request request, int expected) {
    for (long deadline = System.nanoTime() + PATIENCE; System.nanoTime() < deadline; ) {
      try {
        var answer = request.send();
        if (answer.statusCode() == expected) {
          return answer;
        }
        if (answer.statusCode() < 500) {
          throw new IllegalStateException(
              "a caller would give up: "
                  + answer
                  + " "
                  + new String(answer.body(), StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        // The server or the connection is away.
      }
      Pause.millis(100);
    }
    throw new IllegalStateException("not accepted for " + Duration.ofNanos(PATIENCE));
  }

  /** Lets every caller finish what it sends, and passes on what went wrong. */
  @Override
  public void close() throws InterruptedException, ExecutionException {
    stopping = true;
    for (var caller : running) {
      caller.get();
    }
    callers.close();
  }
}
