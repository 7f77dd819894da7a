package dev.offstage.bench.contender;

import com.rabbitmq.client.ConnectionFactory;
import dev.offstage.bench.agent.OffstageCaller;
import dev.offstage.bench.agent.OffstageScheduler;
import dev.offstage.bench.agent.OffstageWorker;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The real applications, one process each, and a backend that enqueues in-process. */
public final class Offstage implements Product {
  /** For processes that are frozen now and then: nobody takes them for dead meanwhile. */
  static final Map<String, String> PATIENCE =
      Map.of(
          "offstage.worker.lease.length", "1h",
          "spring.rabbitmq.requested-heartbeat", "0");

  private static final List<String> QUEUES =
      List.of("offstage.pool.default", "offstage.pool.default.high");

  private static final Duration GATES_SHUT = Duration.ofSeconds(2);

  private final Deployment deployment;
  private final Database database;
  private final Jvm caller;
  private final Jvm scheduler;
  private Jvm worker;

  /**
   * Starts all of them.
   *
   * @param given properties of the applications
   */
  public Offstage(Workplace place, Map<String, String> given) throws Exception {
    var all = new HashMap<>(given);
    // The workers are away while jobs are enqueued to be drained, for longer than in a deployment.
    all.putIfAbsent("offstage.dispatch.park-after", "10m");
    deployment = Deployment.create(place, all);
    database = deployment.database();
    caller = deployment.start("caller", OffstageCaller.class);
    scheduler = deployment.start("scheduler", OffstageScheduler.class);
    worker = startWorker();
  }

  /** As one of several that take turns. */
  public static Offstage thatMayBeFrozen(Workplace place, Map<String, String> given)
      throws Exception {
    var all = new HashMap<>(given);
    PATIENCE.forEach(all::putIfAbsent);
    return new Offstage(place, all);
  }

  /** It serves at once: a kind that no worker has ever run is nobody's, and parked. */
  private Jvm startWorker() throws IOException {
    var started = deployment.start("worker", OffstageWorker.class);
    started.ask("start");
    return started;
  }

  @Override
  public void replaceWorker() throws Exception {
    worker.kill();
    worker = startWorker();
  }

  /** Where its applications, and more of them, run. */
  public Deployment deployment() {
    return deployment;
  }

  /** Its database, to look into and to change. */
  public Database database() {
    return database;
  }

  @Override
  public String name() {
    return "Offstage";
  }

  @Override
  public List<Jvm> processes() {
    return List.of(caller, scheduler, worker);
  }

  @Override
  public Jvm caller() {
    return caller;
  }

  public Jvm scheduler() {
    return scheduler;
  }

  @Override
  public Jvm worker() {
    return worker;
  }

  /** Pauses the pool, and waits until nobody has leave any more to ticket jobs by themselves. */
  @Override
  public void rest() throws IOException {
    scheduler.ask("pause");
    LockSupport.parkNanos(GATES_SHUT.toNanos());
  }

  @Override
  public void work() throws IOException {
    scheduler.ask("resume");
  }

  /** Tickets of jobs that are no more would claim nothing, but cost a round trip. */
  @Override
  public void clear() throws Exception {
    database.execute("truncate job, job_log, job_step, job_count, job_count_delta, parked");
    var factory = new ConnectionFactory();
    factory.setUri(deployment.rabbit());
    try (var connection = factory.newConnection();
        var channel = connection.createChannel()) {
      for (var queue : QUEUES) {
        channel.queuePurge(queue);
      }
    }
  }

  @Override
  public boolean anyLeft() throws SQLException {
    return database
        .ask(
            """
            select exists (select from job where pool = 'default' and due_at is not null
                           and due_at < now() + interval '1 minute')
            """)
        .equals("t");
  }

  @Override
  public long ended() throws SQLException {
    return Long.parseLong(database.ask("select count(*) from job where outcome = 'completed'"));
  }

  @Override
  public void copy(Stage which, int times) throws SQLException {
    copy(which, Map.of(), times);
  }

  /**
   * @param changes what a copy has in the job's stead: {@link Database#copy}
   */
  public void copy(Stage which, Map<String, String> changes, int times) throws SQLException {
    var where =
        switch (which) {
          case DUE -> "due_at < now() + interval '1 minute'";
          case AHEAD -> "state = 'scheduled'";
          case ENDED -> "outcome = 'completed'";
        };
    var all = new HashMap<>(changes);
    // A UUIDv7 of this moment.
    all.put(
        "id",
        "(substr(uuid7_floor(clock_timestamp())::text, 1, 14) || '7' || substr(c.id, 16))::uuid");
    database.copy("job", where, all, times);
  }

  /** Bytes that its jobs, or their indexes, take on disk. */
  public double bytes(String what) throws SQLException {
    return Double.parseDouble(
        database.ask(
            "select sum(pg_%s_size(relid)) from pg_partition_tree('job')".formatted(what)));
  }

  /** Rows of its tables that vacuum has yet to take away, as far as PostgreSQL knows. */
  public double deadRows() throws SQLException {
    return Double.parseDouble(
        database.ask("select sum(n_dead_tup) from pg_stat_user_tables where relname like 'job%'"));
  }

  /** Transactions that its database has seen. */
  public long queries() throws SQLException {
    return Long.parseLong(
        database.ask(
            """
            select xact_commit + xact_rollback from pg_stat_database
            where datname = current_database()
            """));
  }

  @Override
  public void close() {
    processes().forEach(Jvm::close);
    database.close();
  }
}
