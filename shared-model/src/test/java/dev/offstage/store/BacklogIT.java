package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Priority;
import dev.offstage.store.DispatchStore.Line;
import dev.offstage.store.DispatchStore.Occasion;
import dev.offstage.store.DispatchStore.Take;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * That the size of a backlog does not matter: how many rows the dispatcher's statements read is
 * counted by PostgreSQL, with and without statistics of the planner's.
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

  @BeforeAll
  static void fill() throws SQLException {
    var database = new TestDatabase();
    database.worker();
    connection = new SingleConnectionDataSource(database.dataSource.getConnection(), true);
    jdbc = JdbcClient.create(connection);
    dispatch = DispatchStore.over(Db.over(connection));
    jdbc.sql(DispatchStore.IN_INDEX_ORDER).update();
    jdbc.sql("alter table worker set (autovacuum_enabled = off)").update();
    insert("big", EACH, "now() - interval '1 hour' + n * interval '1 ms'");
    insert("big", EACH, "now() + interval '1 hour' + n * interval '1 ms'");
    insert("big", EACH, "'infinity'");
    insert("ahead", EACH, "now() + interval '2 hours' + n * interval '1 ms'");
    insert("small", 1, "now()");
    insert("zeal", 3, "now()");
  }

  @AfterAll
  static void close() {
    connection.destroy();
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
    assertThat(read(() -> assertThat(look(List.of())).hasSize(21))).isLessThan(FEW);
    var except =
        look(List.of()).stream().map(job -> new Occasion(job.id(), job.version())).toList();
    assertThat(read(() -> assertThat(look(except)).hasSize(21))).isLessThan(FEW);
    assertThat(read(BacklogIT::lines)).isLessThan(FEW);
    assertThat(read(() -> heads(except))).isLessThan(FEW);
    assertThat(read(() -> ExpiryStore.over(Db.over(connection)).next())).isLessThan(FEW);
  }

  private static List<DueJob> look(List<Occasion> except) {
    var sight = dispatch.look("default", except, 21, GRACE);
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

  /** How many rows and entries of the job table and its indexes something reads. */
  private static long read(Runnable something) {
    long before = count();
    something.run();
    return count() - before;
  }

  private static long count() {
    jdbc.sql("select pg_stat_force_next_flush()").query((row, n) -> n).list();
    jdbc.sql("select pg_stat_clear_snapshot()").query((row, n) -> n).list();
    return jdbc.sql(
            """
            select (select sum(seq_tup_read) from pg_stat_user_tables where relname like 'job\\_2%')
                 + (select sum(idx_tup_read) from pg_stat_user_indexes where relname like 'job\\_2%')
            """)
        .query(Long.class)
        .single();
  }

  private static void insert(String tenant, int count, String dueAt) {
    jdbc.sql(
            """
            insert into job (id, tenant, kind, pool, priority, state, due_at, max_attempts, payload,
                             timeout)
            select (substr(uuid7_floor(now())::text, 1, 14)
                      || substr(gen_random_uuid()::text, 15))::uuid,
                   :tenant, 'test.work', 'default', 1, 'available', %s, 5, '{}', '1 min'
            from generate_series(1, :count) n
            """
                .formatted(dueAt))
        .param("tenant", tenant)
        .param("count", count)
        .update();
  }
}
