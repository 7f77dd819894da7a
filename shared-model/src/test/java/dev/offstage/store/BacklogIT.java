package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.Priority;
import dev.offstage.store.DispatchStore.Line;
import dev.offstage.store.DispatchStore.Occasion;
import dev.offstage.store.DispatchStore.Take;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * That the size of a backlog does not matter: how many rows the dispatcher's and the workers'
 * statements read is counted by PostgreSQL, with and without statistics of the planner's.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BacklogIT {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final int EACH = Integer.getInteger("offstage.test.backlog", 60_000);

  /** Some rows are read in each of a dozen partitions, for each line. */
  private static final long FEW = 3_000;

  @SuppressWarnings("NullAway.Init")
  private static SingleConnectionDataSource connection;

  @SuppressWarnings("NullAway.Init")
  private static JdbcClient jdbc;

  @SuppressWarnings("NullAway.Init")
  private static DispatchStore dispatch;

  @SuppressWarnings("NullAway.Init")
  private static SingleConnectionDataSource workers;

  @SuppressWarnings("NullAway.Init")
  private static JobStore jobs;

  @SuppressWarnings("NullAway.Init")
  private static WorkerId worker;

  @SuppressWarnings("NullAway.Init")
  private static RowsRead rows;

  @BeforeAll
  static void fill() throws SQLException {
    var database = new TestDatabase();
    worker = database.worker();
    connection = new SingleConnectionDataSource(database.dataSource.getConnection(), true);
    jdbc = JdbcClient.create(connection);
    dispatch = DispatchStore.over(Db.over(connection));
    jobs = JobStore.over(Db.over(plannedWhileNothingIsDue(database)));
    rows = new RowsRead(connection, workers);
    jdbc.sql(DispatchStore.IN_INDEX_ORDER).update();
    jdbc.sql("alter table worker set (autovacuum_enabled = off)").update();
    database.fill("big", EACH, "now() - interval '1 hour' + n * interval '1 ms'");
    database.fill("big", EACH, "now() + interval '1 hour' + n * interval '1 ms'");
    database.fill("big", EACH, "'infinity'");
    database.fill("ahead", EACH, "now() + interval '2 hours' + n * interval '1 ms'");
    database.fill("small", 1, "now()");
    database.fill("zeal", 3, "now()");
  }

  /** As a worker's connection is after a quiet night, when nothing is due: it plans once only. */
  private static SingleConnectionDataSource plannedWhileNothingIsDue(TestDatabase database)
      throws SQLException {
    database.fill("ended", 5_000, "now()");
    jdbc.sql(
            """
            update job set state = 'completed', outcome = 'completed', due_at = null, ended_at = now()
            """)
        .update();
    jdbc.sql("vacuum analyze job").update();
    workers = new SingleConnectionDataSource(database.dataSource.getConnection(), true);
    workers.getConnection().unwrap(PGConnection.class).setPrepareThreshold(1);
    JdbcClient.create(workers).sql(JobStore.PLAN_ONCE).update();
    var store = JobStore.over(Db.over(workers));
    var nobody = new Claim(new JobId(new UUID(0, 0)), 0);
    assertThat(store.claim(worker, Map.of(TestDatabase.KIND, 1), List.of(nobody))).isEmpty();
    return workers;
  }

  @AfterAll
  static void close() {
    connection.destroy();
    workers.destroy();
  }

  @Test
  @Order(1)
  void aFreshPartitionIsNotReadThrough() {
    assertAllReadFew();
  }

  @Test
  @Order(2)
  void norOneThatThePlannerKnows() {
    jdbc.sql("analyze job").update();
    assertAllReadFew();
  }

  @Test
  @Order(3)
  void norByAPlanThatIsMadeOnceForAllParameters() {
    jdbc.sql("set plan_cache_mode = force_generic_plan").update();
    assertAllReadFew();
  }

  private static void assertAllReadFew() {
    assertThat(rows.read(() -> assertThat(look()).hasSize(21))).isLessThan(FEW);
    var except = look().stream().map(job -> new Occasion(job.id(), job.version())).toList();
    assertThat(rows.read(BacklogIT::lines)).isLessThan(FEW);
    assertThat(rows.read(() -> heads(except))).isLessThan(FEW);
    var due = look();
    assertThat(rows.read(() -> claimAndSettle(due))).isBetween(2L * due.size(), FEW);
    assertThat(rows.read(() -> ExpiryStore.over(Db.over(connection)).next())).isLessThan(FEW);
  }

  private static List<DueJob> look() {
    var sight = dispatch.look("default", 21, GRACE);
    assertThat(sight.next().orElseThrow()).isGreaterThan(Duration.ofMinutes(50));
    return sight.due();
  }

  private static void lines() {
    assertThat(dispatch.lines("default", Map.of(Priority.NORMAL, "big"), 100))
        .containsExactly(
            new Line(Priority.NORMAL, "small", true),
            new Line(Priority.NORMAL, "zeal", true),
            new Line(Priority.NORMAL, "ahead", false),
            new Line(Priority.NORMAL, "big", true));
  }

  private static void heads(List<Occasion> except) {
    var takes =
        List.of(
            new Take(new Line(Priority.NORMAL, "big", true), 40, null),
            new Take(new Line(Priority.NORMAL, "small", true), 40, null));
    assertThat(dispatch.heads("default", takes, except, GRACE)).hasSize(41);
  }

  private static void claimAndSettle(List<DueJob> due) {
    var claims = due.stream().map(job -> new Claim(job.id(), job.claimNo())).toList();
    var won = jobs.claim(worker, Map.of(TestDatabase.KIND, 1), claims);
    var settled =
        jobs.settle(
            worker,
            won.stream()
                .map(
                    job ->
                        new Settlement(
                            job.id(), job.claimNo(), JobState.COMPLETED, true, null, null, null))
                .toList());
    assertThat(settled.standing()).hasSize(21);
  }
}
