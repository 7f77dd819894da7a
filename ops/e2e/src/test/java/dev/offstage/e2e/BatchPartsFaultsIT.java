package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.scheduler.batch.BatchState;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Parts of a batch on the workers, one of which is killed, and the broker with it. */
class BatchPartsFaultsIT {
  @RegisterExtension static final Cluster cluster = Cluster.faulty();

  @RegisterExtension static final BatchProcess desk = BatchProcess.over(cluster);

  private static final RolledUp events = new RolledUp(desk);

  @Test
  void aPartOutlivesItsWorkerAndTheBroker() throws Exception {
    var calm = events.tenantWithEvents("calm-parts");
    var hit = events.tenantWithEvents("hit-parts");
    var undisturbed = desk.awaitState(events.rollUp(calm), BatchState.COMPLETED);
    assertThat(partsOf(calm)).isEqualTo(16);
    long rollup;
    try (var held = events.holdHour(hit, "2026-03-04T12:00:00Z")) {
      rollup = events.rollUp(hit);
      events.awaitWaitingFor(held);
      cluster.workers.getFirst().kill9();
      cluster.rabbit.kill();
    }
    cluster.rabbit.start();
    cluster.launch(cluster.workers.getLast());

    var run = desk.awaitState(rollup, BatchState.COMPLETED);

    assertThat(run.figures()).isEqualTo(undisturbed.figures());
    assertThat(run.read()).isEqualTo(undisturbed.read()).isEqualTo(32);
    assertThat(events.rollups(hit)).isEqualTo(events.rollups(calm)).isNotEmpty();
    assertThat(cluster.workerOf(partAt(hit, "2026-03-03"))).contains(cluster.workers.getLast());
  }

  private static int partsOf(String tenant) {
    return desk.db()
        .sql("select count(*) from job where tenant = ? and kind = 'batch.rollup'")
        .param(tenant)
        .query(Integer.class)
        .single();
  }

  private static UUID partAt(String tenant, String day) {
    return desk.db()
        .sql("select id from job where tenant = ? and payload ->> 'from' = ?")
        .params(tenant, day)
        .query(UUID.class)
        .single();
  }
}
