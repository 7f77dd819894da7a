package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs that harm whoever touches them, among jobs that do not. */
class PoisonIT {
  @RegisterExtension static final Cluster cluster = Cluster.faulty();

  private static final int INNOCENTS = 300;

  /** The workers' supervisor starts them again, as an orchestrator would. */
  @Test
  void aPayloadThatKillsItsWorkerIsDiscardedAndItsNeighboursAreNot() throws Exception {
    var ledger = new JobLedger(cluster, "halt");
    var api = cluster.as(ledger.owner());
    cluster.launch(cluster.workers.getLast());
    var over = new AtomicBoolean();
    var supervisor = Thread.ofVirtual().start(() -> supervise(over));
    UUID killer;
    try {
      killer = JobLoad.enqueue(api, ledger, "halt-killer", List.of("halt"));
      JobLoad.enqueueAll(
          api,
          ledger,
          "halt-innocent",
          IntStream.range(0, INNOCENTS).mapToObj(n -> List.of("sleep:" + n % 100)));
      ledger.check();
    } finally {
      over.set(true);
      supervisor.join(Duration.ofSeconds(10));
    }
    var row = ledger.row(killer);
    assertThat(row.state()).isEqualTo("discarded");
    assertThat(row.reason()).isEqualTo("crashed");
    assertThat(row.crashes()).isEqualTo(3);
    assertThat(ledger.runs()).filteredOn(run -> run.startsWith("halt-killer ")).hasSize(3);
    // The third death is its own: by then it runs alone among those that crashed as often.
    assertThat(ledger.rows().values())
        .filteredOn(other -> !other.id().equals(killer))
        .allMatch(other -> other.crashes() <= 2);
  }

  private static void supervise(AtomicBoolean over) {
    while (!over.get()) {
      cluster.workers.forEach(App::launch);
      Pause.millis(200);
    }
  }

  @Test
  void oneResultThatPostgresRefusesIsDiscardedAndTheOtherNinetyNineStand() throws Exception {
    var ledger = new JobLedger(cluster, "unstorable");
    var scripts = new ArrayList<List<String>>();
    for (int n = 0; n < 100; n++) {
      scripts.add(List.of(n == 50 ? "unstorable" : "sleep:300"));
    }
    JobLoad.enqueueAll(cluster.as(ledger.owner()), ledger, "unstorable", scripts.stream());
    ledger.check();
    assertThat(ledger.rows().values())
        .filteredOn(row -> row.state().equals("discarded"))
        .singleElement()
        .satisfies(row -> assertThat(row.reason()).isEqualTo("result-refused"));
  }

  @Test
  void onePayloadThatPostgresRefusesIsAnsweredForItselfAndTheOtherNinetyNineRun() throws Exception {
    var owner = "refused";
    var json = new JsonMapper();
    var lines = new ArrayList<String>();
    for (int n = 0; n < 100; n++) {
      lines.add(
          "{\"kind\":\"e2e.script\",\"payload\":{\"token\":\"refused-%d%s\",\"acts\":[\"sleep:0\"]}}"
              .formatted(n, n == 50 ? "\\u0000" : ""));
    }
    var answer = cluster.as(owner).enqueueAll("refused", String.join("\n", lines));
    assertThat(answer.statusCode()).isEqualTo(200);
    var answers =
        new String(answer.body(), StandardCharsets.UTF_8).lines().map(json::readTree).toList();
    assertThat(answers).hasSize(100);
    var ledger = new JobLedger(cluster, owner);
    for (int n = 0; n < 100; n++) {
      var one = answers.get(n);
      if (n == 50) {
        assertThat(one.path("status").asInt()).as("%s", one).isBetween(400, 499);
      } else {
        ledger.enter("refused-" + n, id(one), List.of("sleep:0"), false);
      }
    }
    ledger.check();
  }

  private static UUID id(JsonNode accepted) {
    assertThat(accepted.path("status").asInt()).as("%s", accepted).isEqualTo(202);
    return UUID.fromString(accepted.path("id").asString());
  }
}
