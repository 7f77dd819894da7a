package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParkingStoreIT {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final JobKind EXOTIC = new JobKind("test.exotic");

  @SuppressWarnings("NullAway.Init")
  private TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private ParkingStore parking;

  @BeforeEach
  void migrate() {
    db = new TestDatabase();
    parking = ParkingStore.over(db.db);
  }

  @Test
  void aJobThatNobodyRunsWaitsAtAGateThatNamesItsKindAndVersion() {
    var id = enqueue(2);

    assertThat(parking.park(List.of(id), GRACE)).isEqualTo(1);
    assertThat(parking.park(List.of(id), GRACE)).as("again").isZero();

    assertThat(db.dispatch.look("default", 10, GRACE).due()).isEmpty();
    assertThat(gates()).containsExactly("worker:test.exotic@2 paused: no worker runs it");
    assertThat(parking.mostWaiting(5))
        .containsExactly(new ParkingStore.Waiting("worker:test.exotic@2", 1));
    assertThat(parking.callable()).isEmpty();
    assertThat(db.find(id).dueAt()).isNull();
  }

  @Test
  void itIsCalledWhenAWorkerComesThatRunsThatVersion() {
    var id = enqueue(2);
    parking.park(List.of(id), GRACE);
    register(1);
    assertThat(parking.callable()).isEmpty();

    register(3);
    assertThat(parking.callable())
        .extracting(ParkingStore.Callable::gate)
        .containsExactly("worker:test.exotic@2");
    assertThat(parking.serve("worker:test.exotic@2"))
        .containsExactly(new Touched(id, "default", true));

    assertThat(gates()).isEmpty();
    assertThat(db.dispatch.look("default", 10, GRACE).due())
        .extracting(DueJob::id)
        .containsExactly(id);
  }

  @Test
  void whatOneLiveWorkerRunsIsNotParkedDuringARollingDeploy() {
    register(1);
    register(2);
    assertThat(parking.park(List.of(enqueue(2)), GRACE)).isZero();
    assertThat(gates()).isEmpty();
  }

  @Test
  void aWorkerThatLeftAMomentAgoStillCounts() {
    var worker = register(2);
    var id = enqueue(2);
    db.workers.stop(worker);
    assertThat(parking.park(List.of(id), GRACE)).isZero();
    assertThat(parking.park(List.of(id), Duration.ZERO)).isEqualTo(1);
  }

  @Test
  void whatItHeldOfOtherGatesItGivesBack() {
    var id = enqueue(1);
    db.jdbc
        .sql(
            "insert into gate (id, scope, name, capacity, held) values ('key:acme/k', 'key', 'k',"
                + " 1, 1)")
        .update();
    db.jdbc
        .sql("update job set holds = array['key:acme/k', 'order:acme/o'] where id = ?")
        .param(id.value())
        .update();

    parking.park(List.of(id), GRACE);

    assertThat(
            db.jdbc
                .sql("select holds[1] from job where id = ? and cardinality(holds) = 1")
                .param(id.value())
                .query((row, n) -> row.getString(1))
                .list())
        .containsExactly("order:acme/o");
    assertThat(gates()).noneMatch(gate -> gate.startsWith("key:"));
    assertThat(parking.mostWaiting(5)).hasSize(1);
  }

  @Test
  void aGateWhereNobodyWaitsAnyMoreGoes() {
    var id = enqueue(1);
    parking.park(List.of(id), GRACE);
    db.jdbc.sql("delete from parked").update(); // as its cancellation does

    parking.callable().forEach(gate -> parking.serve(gate.gate()));
    assertThat(gates()).isEmpty();
  }

  @Test
  void aPacedGateSaysWhenItOpensAndHowFast() {
    var id = enqueue(1);
    db.jdbc
        .sql(
            """
            insert into gate (id, scope, name, rule, rate, per, free_at)
            values ('kind:test.exotic', 'kind', 'test.exotic', true, 1, '1 hour', now() + '30 min')
            """)
        .update();
    db.jdbc
        .sql("select wait_at(j, 'kind:test.exotic') from job j where id = ?")
        .param(id.value())
        .query((row, n) -> n)
        .list();

    var gate = parking.callable().getFirst();
    assertThat(gate.opensIn()).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(30));
    assertThat(gate.pace()).contains(Duration.ofHours(1));
    assertThat(parking.call(gate.gate())).isEmpty();
    db.jdbc.sql("update gate set free_at = now()").update();
    assertThat(parking.call(gate.gate())).extracting(Touched::id).containsExactly(id);
    assertThat(parking.callable()).isEmpty();
  }

  private WorkerId register(int version) {
    var worker = WorkerId.random();
    db.workers.register(
        worker, "test", 1, Map.of(EXOTIC.name(), version), List.of(), Duration.ofMinutes(1));
    return worker;
  }

  private JobId enqueue(int version) {
    var id = db.ids.next();
    var job = NewJob.builder("acme", EXOTIC, "{}").payloadVersion(version).build();
    db.enqueues.insert(List.of(JobRow.of(id, job, "default", null)));
    return id;
  }

  /** Those that are left once the idle ones are forgotten. */
  private List<String> gates() {
    db.gates.forgetIdle(1_000);
    return db.jdbc
        .sql("select id || case when paused then ' paused: ' || reason else '' end from gate")
        .query((row, n) -> row.getString(1))
        .list();
  }
}
