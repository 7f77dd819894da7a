package dev.offstage.bench.agent;

import static dev.offstage.bench.agent.Load.number;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * What PostgreSQL alone can do: one insert and two updates a job, each a commit of its own for a
 * batch, in a table with the columns of {@code job} and no index but its primary key.
 */
public final class DatabaseWork {
  private static final int CHUNK = 1_000;

  private static final String INSERT =
      """
      insert into bare_job (id, tenant, kind, pool, priority, state, due_at, max_attempts, payload,
                            timeout)
      select id, 'bench', 'bench.work', 'default', 1, 'available', now(), 8, payload::jsonb,
             interval '15 minutes'
      from unnest(?::uuid[], ?::text[]) as n(id, payload)
      """;
  private static final String CLAIM =
      """
      update bare_job
      set state = 'running', claim_no = claim_no + 1, worker = ?::uuid, attempt = attempt + 1,
          version = version + 1, started_at = now()
      where id = any(?::uuid[]) and state = 'available'
      returning id, claim_no, payload
      """;
  private static final String COMPLETE =
      """
      update bare_job
      set state = 'completed', outcome = 'completed', due_at = null, ended_at = now(), progress = 1,
          version = version + 1
      where id = any(?::uuid[]) and claim_no = 1 and worker = ?::uuid and state = 'running'
      """;

  private static final String WORKER = UUID.randomUUID().toString();

  private record Inserter(DataSource database) implements Enqueuer {
    @Override
    public void enqueue(String payload) throws SQLException {
      enqueueAll(List.of(payload));
    }

    @Override
    public void enqueueAll(List<String> payloads) throws SQLException {
      try (var connection = database.getConnection()) {
        insert(connection, ids(payloads.size()), payloads);
      }
    }

    @Override
    public void enqueueLater(String payload) {
      throw new UnsupportedOperationException("nothing here is ever due");
    }
  }

  private DatabaseWork() {}

  /** The only argument is the URL. */
  public static void main(String[] url) throws IOException {
    var agent = new Agent();
    var database = Databases.connect(url[0]);
    new Load(new Inserter(database), CHUNK)
        .addTo(agent)
        .with(
            "live",
            words -> {
              int connections = number(words, 0);
              return live(database, connections, number(words, 1), number(words, 2));
            })
        .with("finish", words -> finish(database, number(words, 0), number(words, 1)))
        .serve();
  }

  private static void insert(Connection connection, List<String> ids, List<String> payloads)
      throws SQLException {
    try (var insert = connection.prepareStatement(INSERT)) {
      insert.setArray(1, connection.createArrayOf("text", ids.toArray()));
      insert.setArray(2, connection.createArrayOf("text", payloads.toArray()));
      insert.executeUpdate();
    }
  }

  private static void claimAndComplete(Connection connection, List<String> ids)
      throws SQLException {
    var array = connection.createArrayOf("text", ids.toArray());
    try (var claim = connection.prepareStatement(CLAIM);
        var complete = connection.prepareStatement(COMPLETE)) {
      claim.setString(1, WORKER);
      claim.setArray(2, array);
      int claimed = 0;
      try (var rows = claim.executeQuery()) {
        while (rows.next()) {
          claimed += rows.getString("payload").isEmpty() ? 0 : 1;
        }
      }
      complete.setArray(1, array);
      complete.setString(2, WORKER);
      if (claimed != ids.size() || complete.executeUpdate() != ids.size()) {
        throw new IllegalStateException(claimed + " claimed (expected: " + ids.size() + ")");
      }
    }
  }

  /** Whole lives of jobs, batch by batch; answers how many and in how many ns. */
  private static String live(DataSource database, int connections, int batch, int millis)
      throws Exception {
    long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    Callable<Integer> one =
        () -> {
          int jobs = 0;
          try (var connection = database.getConnection()) {
            for (; System.nanoTime() < until; jobs += batch) {
              var ids = ids(batch);
              insert(connection, ids, Stream.generate(Payload::now).limit(batch).toList());
              claimAndComplete(connection, ids);
            }
          }
          return jobs;
        };
    return Load.total(Stream.generate(() -> one).limit(connections).toList());
  }

  /** Claims and completes all jobs that there are. */
  private static String finish(DataSource database, int connections, int batch) throws Exception {
    var all = new ArrayList<String>();
    try (var connection = database.getConnection();
        var query = connection.createStatement();
        var rows =
            query.executeQuery("select id from bare_job where state = 'available' order by id")) {
      while (rows.next()) {
        all.add(rows.getString("id"));
      }
    }
    var batches = new ArrayList<Callable<Integer>>();
    for (int from = 0; from < all.size(); from += batch) {
      var ids = all.subList(from, Math.min(from + batch, all.size()));
      batches.add(
          () -> {
            try (var connection = database.getConnection()) {
              claimAndComplete(connection, ids);
            }
            return ids.size();
          });
    }
    try (var threads = Executors.newFixedThreadPool(connections)) {
      return Load.total(batches, threads);
    }
  }

  /** UUIDv7s, so that they arrive in the order of the index, as ours do. */
  private static List<String> ids(int count) {
    return Stream.generate(DatabaseWork::id).limit(count).toList();
  }

  private static String id() {
    var random = ThreadLocalRandom.current();
    // Any clock will do that rises.
    long high = System.currentTimeMillis() << 16 | 0x7000L | random.nextInt(1 << 12);
    return new UUID(high, 0x8000000000000000L | random.nextLong() >>> 2).toString();
  }
}
