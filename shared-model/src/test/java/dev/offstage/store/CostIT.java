package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.Condition;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import dev.offstage.job.UniqueKey;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Counts what a job costs over its life: round trips a batch and row writes a job. The table in
 * {@code ops/docs/engine.md} is what this test prints.
 */
class CostIT {
  private static final int BATCH = 50;

  private final TestDatabase plain = new TestDatabase();
  private final AtomicInteger statements = new AtomicInteger();

  /** One connection, so that its statistics can be flushed before they are read. */
  private final DataSource connection = new SingleConnectionDataSource(connection(), true);

  private final Db db = Db.over(counting(connection));
  private final WorkerId worker = plain.worker();

  @Test
  void aJobCostsWhatTheDocumentationSays() throws IOException {
    var table = new StringBuilder();
    table.append("| a batch of 50 jobs | enqueue | claim | settle | row writes a job |\n");
    table.append("|---|---|---|---|---|\n");
    table.append(row("plain", n -> plain.newJob().build()));
    table.append(row("unique key", n -> plain.newJob().unique(unique("u" + n)).build()));
    table.append(
        row("ordering key, each its own", n -> plain.newJob().orderingKey("o" + n).build()));
    table.append(
        row(
            "concurrency key, with room",
            n -> plain.newJob().concurrency(new ConcurrencyKey("c", 100)).build()));
    var parent = plain.enqueue(plain.newJob().build());
    table.append(
        row(
            "after a job that has completed",
            n -> {
              if (n == 0) {
                plain.run(worker, parent);
              }
              return plain
                  .newJob()
                  .after(List.of(new Parent(parent, Condition.ENDED, OnDiscard.CANCEL)))
                  .build();
            }));

    var docs = Files.readString(Path.of("..", "ops", "docs", "engine.md"));
    assertThat(docs)
        .as("ops/docs/engine.md should hold this table:\n" + table)
        .contains(table.toString());
  }

  private static UniqueKey unique(String key) {
    return new UniqueKey(key, UniqueKey.Policy.REJECT, null);
  }

  private String row(String what, IntFunction<NewJob> job) {
    var jobs = IntStream.range(0, BATCH).mapToObj(job).toList();
    long writes = writes();
    var ids = new ArrayList<JobId>();
    int enqueue = count(() -> ids.addAll(enqueue(jobs)));
    var store = JobStore.over(db);
    var claims = ids.stream().map(id -> new Claim(id, 0)).toList();
    int claim =
        count(
            () ->
                assertThat(store.claim(worker, Map.of(TestDatabase.KIND, 1), claims))
                    .hasSize(BATCH));
    var settlements =
        ids.stream()
            .map(id -> new Settlement(id, 1, JobState.COMPLETED, true, null, "1", null))
            .toList();
    int settle =
        count(() -> assertThat(store.settle(worker, settlements).standing()).hasSize(BATCH));
    return "| %s | %d | %d | %d | %.2f |\n"
        .formatted(what, enqueue, claim, settle, (writes() - writes) / (double) BATCH);
  }

  private List<JobId> enqueue(List<NewJob> jobs) {
    var rows = jobs.stream().map(job -> JobRow.of(plain.ids.next(), job, "default", null)).toList();
    if (jobs.getFirst().isLinked()) {
      LinkedEnqueueStore.over(db).enqueue(rows);
    } else {
      EnqueueStore.over(db).insert(rows);
    }
    return rows.stream().map(JobRow::id).toList();
  }

  private int count(Runnable work) {
    statements.set(0);
    work.run();
    return statements.get();
  }

  /** Rows inserted, updated and deleted so far, in every table. */
  private long writes() {
    var jdbc = JdbcClient.create(connection);
    jdbc.sql("select pg_stat_force_next_flush()::text").query().singleRow();
    return jdbc.sql(
            """
            select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables
            where schemaname = 'public'
            """)
        .query(Long.class)
        .single();
  }

  private Connection connection() {
    try {
      return plain.dataSource.getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Counts executed statements; each is a round trip. Begin and commit travel apart. */
  private DataSource counting(DataSource real) {
    return proxy(
        DataSource.class,
        real,
        (name, result) -> name.equals("getConnection") ? connection((Connection) result) : result);
  }

  private Connection connection(Connection real) {
    return proxy(
        Connection.class,
        real,
        (name, result) ->
            name.equals("prepareStatement") ? statement((PreparedStatement) result) : result);
  }

  private PreparedStatement statement(PreparedStatement real) {
    return proxy(
        PreparedStatement.class,
        real,
        (name, result) -> {
          if (name.startsWith("execute")) {
            statements.incrementAndGet();
          }
          return result;
        });
  }

  private interface Watch {
    Object seen(String method, Object result);
  }

  private static <T> T proxy(Class<T> type, T real, Watch watch) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return watch.seen(method.getName(), method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
