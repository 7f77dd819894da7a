package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may go on with a job when a worker, or PostgreSQL, was away for longer than a lease. */
class LeaseFaultsIT {
  @RegisterExtension static final Cluster cluster = Cluster.faulty();

  private static final Duration LEASE = Duration.ofSeconds(4);

  /**
   * Its job is taken over, put off by whoever has it now, and claimed a third time; that claim runs
   * when the frozen worker wakes and settles its own, the first.
   */
  @Test
  void aFrozenWorkerThatWakesChangesNothing() throws Exception {
    var ledger = new JobLedger(cluster, "frozen");
    var api = cluster.as(ledger.owner());
    var frozen = cluster.workers.getFirst();
    var token = "frozen-long";
    var job =
        JobLoad.enqueue(api, ledger, token, List.of("sleep:12000", "snooze:200", "sleep:25000"));
    // Claimed is not begun: one that is frozen in between never begins.
    Awaitility.await("the first attempt has begun")
        .atMost(Duration.ofSeconds(60))
        .until(() -> ledger.runs().contains(token + " 1"));
    frozen.freeze();
    try {
      cluster.launch(cluster.workers.getLast());
      // Some come while it sleeps: their tickets may be held by a channel that nobody reads.
      for (int n = 0; n < 20; n++) {
        JobLoad.enqueue(api, ledger, "meanwhile-" + n, List.of("sleep:0"));
      }
      awaitRunning(job, 3);
      assertThat(cluster.workerOf(job)).contains(cluster.workers.getLast());
    } finally {
      frozen.thaw();
    }
    Awaitility.await("the first claim's outcome is refused")
        .atMost(Duration.ofSeconds(60))
        .until(() -> isVoid(frozen, job));
    assertThat(state(job)).isEqualTo("running");
    assertThat(cluster.workerOf(job)).contains(cluster.workers.getLast());

    ledger.check();
    var row = ledger.row(job);
    assertThat(row.claimNo()).isEqualTo(3);
    assertThat(row.claim()).isEqualTo(3);
    assertThat(row.crashes()).isOne();
    assertThat(ledger.runs()).contains(token + " 1", token + " 2", token + " 3");
    assertThat(deadHolders()).as("jobs that a dead worker still holds").isZero();
    assertTakesWorkAgain(frozen, api);
  }

  private static boolean isVoid(App worker, UUID job) {
    return worker
        .output()
        .lines()
        .anyMatch(line -> line.contains(job.toString()) && line.contains("its outcome is void"));
  }

  private static int deadHolders() {
    return cluster
        .db()
        .sql(
            """
            select count(*) from job j join worker w on w.id = j.worker
            where j.state = 'running' and w.state = 'dead'\
            """)
        .query(Integer.class)
        .single();
  }

  /** Under a new id; the other one is taken away, so that it must. */
  private static void assertTakesWorkAgain(App worker, Api api) {
    cluster.workers.getLast().stop();
    var ledger = new JobLedger(cluster, "frozen");
    var job = JobLoad.enqueue(api, ledger, "frozen-again", List.of("sleep:0"));
    ledger.awaitEnded(List.of(job));
    assertThat(cluster.workerOf(job)).contains(worker);
  }

  private static void awaitRunning(UUID job, int claim) {
    Awaitility.await("claim " + claim + " runs")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                cluster
                        .db()
                        .sql("select claim_no from job where id = ? and state = 'running'")
                        .param(job)
                        .query(Integer.class)
                        .optional()
                        .orElse(0)
                    >= claim);
  }

  private static String state(UUID job) {
    return cluster
        .db()
        .sql("select state from job where id = ?")
        .param(job)
        .query(String.class)
        .single();
  }

  /** No worker could write a heartbeat, so none may be taken for dead. */
  @Test
  void noJobIsRescuedFromALivingWorkerWhenPostgresWasAwayForLongerThanALease() throws Exception {
    var ledger = new JobLedger(cluster, "postgres-away");
    var api = cluster.as(ledger.owner());
    cluster.launch(cluster.workers.getLast());
    Awaitility.await("whoever was killed before is known to be dead")
        .atMost(Duration.ofSeconds(60))
        .until(() -> workersThatAre("alive") == cluster.workers.size());
    int dead = workersThatAre("dead");
    JobLoad.enqueueAll(
        api, ledger, "away", IntStream.range(0, 60).mapToObj(n -> List.of("sleep:3000")));
    Awaitility.await("they run")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !ledger.runs().isEmpty());
    cluster.postgres.kill();
    Pause.millis(LEASE.multipliedBy(2).toMillis());
    cluster.postgres.start();
    ledger.check();
    assertThat(ledger.rows().values()).allMatch(row -> row.crashes() == 0);
    assertThat(workersThatAre("dead")).as("workers that were taken for dead").isEqualTo(dead);
  }

  private static int workersThatAre(String state) {
    return cluster
        .db()
        .sql("select count(*) from worker where state = ?")
        .param(state)
        .query(Integer.class)
        .single();
  }
}
