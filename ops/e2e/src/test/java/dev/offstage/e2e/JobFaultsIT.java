package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ten thousand jobs, while everything that can be killed is, one after the other and at random. */
class JobFaultsIT {
  @RegisterExtension static final Cluster cluster = Cluster.faulty();

  private static final int JOBS = 10_000;
  private static final int RANDOM_FAULTS = 8;
  private static final long SEED = Long.getLong("offstage.e2e.seed", System.nanoTime());

  private interface Fault {
    void strike() throws Exception;
  }

  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private final JobLedger ledger = new JobLedger(cluster, "storm");

  /** By fault, what was accepted from its strike on. */
  private final Map<String, List<UUID>> windows = new LinkedHashMap<>();

  private final List<FaultFigures.Row> figures = new ArrayList<>();

  JobFaultsIT() {
    faults.put("a worker is killed -9", () -> revive(cluster.workers.getFirst()));
    faults.put("the other worker is killed -9", () -> revive(cluster.workers.getLast()));
    faults.put("ingest is killed -9", () -> revive(cluster.ingest));
    faults.put("the scheduler is killed -9", () -> revive(cluster.scheduler));
    faults.put("RabbitMQ is restarted", cluster.rabbit::restart);
    faults.put(
        "RabbitMQ is killed -9",
        () -> {
          cluster.rabbit.kill();
          cluster.rabbit.start();
        });
    faults.put("RabbitMQ loses its data directory", JobFaultsIT::emptyTheBroker);
    faults.put("PostgreSQL is restarted", cluster.postgres::restart);
    faults.put(
        "PostgreSQL is killed -9",
        () -> {
          cluster.postgres.kill();
          cluster.postgres.start();
        });
    faults.put(
        "Redis is killed -9",
        () -> {
          cluster.redis.kill();
          cluster.redis.start();
        });
    faults.put("every connection is cut", () -> assertThat(cluster.cutLinks()).isPositive());
  }

  private static void revive(App app) {
    app.kill9();
    app.launch();
  }

  /** Without the file that says it was begun, the node is made anew. */
  private static void emptyTheBroker() throws IOException {
    cluster.rabbit.kill();
    Files.delete(cluster.rabbit.directory().resolve("begun"));
    cluster.rabbit.start();
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void tenThousandJobsEndOnceEachWhateverDies(TestReporter reporter) throws Exception {
    reporter.publishEntry("offstage.e2e.seed", Long.toString(SEED));
    cluster.launch(cluster.workers.get(1));
    long begun = System.nanoTime();
    try (var load = new JobLoad(cluster.as(ledger.owner()), ledger, 6, 1_200)) {
      load.awaitMore(200);
      for (var fault : faults.entrySet()) {
        strike(fault.getKey(), fault.getValue(), load);
      }
      strikeAtRandom(load);
      everythingRuns();
      load.hurry();
      load.awaitTotal(JOBS);
    }
    ledger.check();
    publish(reporter, Duration.ofNanos(System.nanoTime() - begun));
    assertThat(ledger.size()).isGreaterThanOrEqualTo(JOBS);
  }

  private void strike(String name, Fault fault, JobLoad load) throws Exception {
    var before = ledger.ids();
    int ranAgain = ledger.extraRuns();
    long struck = System.nanoTime();
    fault.strike();
    load.awaitMore(1);
    awaitOneSince(before);
    var back = Duration.ofNanos(System.nanoTime() - struck);
    ledger.awaitEnded(before);
    var recovered = Duration.ofNanos(System.nanoTime() - struck);
    everythingRuns();
    var window = ledger.idsSince(before);
    windows.put(name, window);
    figures.add(
        new FaultFigures.Row(
            name, window.size(), 0, ledger.extraRuns() - ranAgain, back, recovered));
  }

  /** Waits until a job that was accepted since has ended: it works again. */
  private void awaitOneSince(List<UUID> before) {
    Awaitility.await("a job that was accepted after the fault ends")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> !ledger.ended(ledger.idsSince(before)).isEmpty());
  }

  /** The next strikes before the last one is over. */
  private void strikeAtRandom(JobLoad load) throws Exception {
    var before = ledger.ids();
    int ranAgain = ledger.extraRuns();
    long struck = System.nanoTime();
    var random = new Random(SEED);
    var any = List.copyOf(faults.values());
    for (int n = 0; n < RANDOM_FAULTS; n++) {
      any.get(random.nextInt(any.size())).strike();
      Pause.millis(random.nextInt(3_000));
    }
    load.awaitMore(1);
    awaitOneSince(before);
    var back = Duration.ofNanos(System.nanoTime() - struck);
    ledger.awaitEnded(before);
    var name = RANDOM_FAULTS + " of these at random, at most 3 s apart";
    var window = ledger.idsSince(before);
    windows.put(name, window);
    figures.add(
        new FaultFigures.Row(
            name,
            window.size(),
            0,
            ledger.extraRuns() - ranAgain,
            back,
            Duration.ofNanos(System.nanoTime() - struck)));
  }

  private static void everythingRuns() {
    cluster.launch(cluster.ingest, cluster.scheduler);
    cluster.launch(cluster.workers.toArray(App[]::new));
  }

  private void publish(TestReporter reporter, Duration took) {
    var good = ledger.endedAsTheyMust();
    var lines = new ArrayList<Object>();
    for (var row : figures) {
      var window = windows.getOrDefault(row.fault(), List.of());
      lines.add(row.withAsItMust((int) window.stream().filter(good::contains).count()));
    }
    lines.add(
        "%nAll in all %,d jobs were accepted and %,d ended as they must, %d runs were repeated; %d answers that were lost were asked for again. %s; seed %d."
            .formatted(
                ledger.size(),
                good.size(),
                ledger.extraRuns(),
                ledger.answersLost(),
                took.truncatedTo(ChronoUnit.SECONDS),
                SEED));
    FaultFigures.write(lines);
    lines.forEach(line -> reporter.publishEntry("figures", line.toString()));
  }
}
