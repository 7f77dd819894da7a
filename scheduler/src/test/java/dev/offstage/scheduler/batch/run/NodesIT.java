package dev.offstage.scheduler.batch.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.servers.Servers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two nodes over one PostgreSQL: who runs what, and who goes on with what another has left. */
class NodesIT {
  private static final Map<String, String> SERVERS = Servers.shared().springProperties(true, false);
  private static final Node A = new Node(SERVERS);
  private static final Node B = new Node(SERVERS);

  private final String label = UUID.randomUUID().toString();

  @AfterAll
  static void stop() {
    A.close();
    B.close();
  }

  private long start(String batch, Map<String, String> more) {
    var parameters = new HashMap<>(more);
    parameters.put("label", label);
    return A.batches.start(batch, parameters, StartMode.AGAIN, "ada");
  }

  @Test
  void eachOfManyExecutionsRunsOnOneNodeOnly() {
    var executions = new ArrayList<Long>();
    for (int n = 0; n < 30; n++) {
      executions.add(start("probe", Map.of("items", Integer.toString(10 + n))));
    }
    executions.forEach(execution -> A.awaitState(execution, BatchState.COMPLETED));

    assertThat(A.items(label)).hasSize(IntStream.range(0, 30).map(n -> 10 + n).sum() - 27);
    assertThat(
            A.jdbc
                .sql("select count(distinct node) from batch_run where parameters ->> 'label' = ?")
                .param(label)
                .query(Integer.class)
                .single())
        .isEqualTo(2);
  }

  /** The node is taken for dead in the middle of a chunk, and does not know it. */
  @Test
  void aZombiesChunkIsRefusedAndAnotherNodeGoesOn() throws Exception {
    var reached = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 5 && reached.getCount() > 0) {
            reached.countDown();
            awaitUninterruptibly(release);
          }
        });
    long execution = start("probe", Map.of());
    reached.await();
    declareOwnersDead();

    long next = A.awaitNext(execution);
    A.awaitState(next, BatchState.COMPLETED);
    release.countDown();

    Awaitility.await("the zombie has given up")
        .until(
            () ->
                A.bean(BatchConfiguration.Parts.class).running().find(execution) == null
                    && B.bean(BatchConfiguration.Parts.class).running().find(execution) == null);
    assertThat(A.items(label)).isEqualTo(IntStream.rangeClosed(1, 10).boxed().toList());
    assertThat(A.find(execution).state()).isEqualTo(BatchState.FAILED);
    assertThat(A.find(next))
        .returns(execution, run -> run.restartOf())
        .returns("recovery", run -> run.startedBy())
        .returns(1, run -> run.recoveries())
        .returns(10L, run -> run.done())
        .returns(Map.of("numbers", 10L), run -> run.figures());
  }

  @Test
  void partsOfADeadNodeGoOnFromTheirLastChunks() throws Exception {
    var reached = new CountDownLatch(2);
    var release = new CountDownLatch(1);
    Probe.hook(
        label,
        (item, steps) -> {
          if (item % 1000 == 5 && reached.getCount() > 0) {
            reached.countDown();
            awaitUninterruptibly(release);
          }
        });
    long execution = start("probe-parts", Map.of("parts", "4"));
    reached.await();
    declareOwnersDead();
    long next = A.awaitNext(execution);
    release.countDown();

    A.awaitState(next, BatchState.COMPLETED);
    assertThat(A.items(label))
        .isEqualTo(IntStream.range(0, 40).map(n -> 1000 * (n / 10) + n % 10 + 1).boxed().toList());
  }

  @Test
  void aBatchThatKillsItsNodesIsLeftFailed() {
    var deaths = new AtomicInteger();
    Probe.hook(
        label,
        (item, steps) -> {
          if (item == 2) {
            deaths.incrementAndGet();
            declareOwnersDead();
            new CountDownLatch(1).await(); // until the node has found out
          }
        });
    long execution = start("probe", Map.of());
    for (int n = 0; n < Recovery.MAX_RECOVERIES; n++) {
      execution = A.awaitNext(execution);
    }

    A.awaitState(execution, BatchState.FAILED);
    assertThat(deaths.get()).isEqualTo(Recovery.MAX_RECOVERIES + 1);
    assertThat(A.items(label)).isEmpty();
  }

  private void declareOwnersDead() {
    A.jdbcBeside()
        .sql(
            """
            update batch_node n set state = 'dead' from batch_run r
            where r.node = n.id and r.ended_at is null and r.parameters ->> 'label' = ?
            """)
        .param(label)
        .update();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // as code that does not listen
      }
    }
  }
}
