package dev.offstage.bench.contender;

import com.rabbitmq.client.ConnectionFactory;
import dev.offstage.bench.agent.OffstageCaller;
import dev.offstage.bench.agent.OffstageScheduler;
import dev.offstage.bench.agent.OffstageWorker;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The real applications, one process each, and a backend that enqueues in-process. */
final class Offstage implements JobQueue.Product {
  private static final List<String> QUEUES =
      List.of("offstage.pool.default", "offstage.pool.default.high");

  private static final Duration GATES_SHUT = Duration.ofSeconds(2);

  private final Workplace place;
  private final List<String> properties = new ArrayList<>();
  private final String rabbit;
  private final Database database;
  private final Jvm caller;
  private final Jvm scheduler;
  private final Jvm worker;

  Offstage(Workplace place, Map<String, String> given) throws Exception {
    this.place = place;
    Map<String, String> servers = Servers.shared().springProperties(true, true);
    servers.forEach(this::set);
    set("server.port", "0");
    set("server.address", "127.0.0.1");
    set("offstage.blob.directory", place.directory().resolve("blobs").toString());
    // The workers are away while jobs are enqueued to be drained, for longer than in a deployment.
    set("offstage.dispatch.park-after", "10m");
    given.forEach(this::set);
    rabbit = servers.getOrDefault("spring.rabbitmq.addresses", "");
    caller = start("caller", OffstageCaller.class);
    scheduler = start("scheduler", OffstageScheduler.class);
    worker = start("worker", OffstageWorker.class);
    // A kind that no worker has ever run is nobody's, and parked.
    worker.ask("start");
    database = new Database(servers.getOrDefault("spring.datasource.url", ""));
  }

  private void set(String name, String value) {
    properties.add("--" + name + "=" + value);
  }

  private Jvm start(String role, Class<?> main) throws IOException {
    return Jvm.start(place, "Offstage " + role, main, properties);
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

  @Override
  public Jvm worker() {
    return worker;
  }

  /** Pauses the pool, and waits until nobody has leave any more to ticket jobs by themselves. */
  @Override
  public void rest() throws IOException {
    caller.ask("pause");
    LockSupport.parkNanos(GATES_SHUT.toNanos());
  }

  @Override
  public void work() throws IOException {
    caller.ask("resume");
  }

  /** Tickets of jobs that are no more would claim nothing, but cost a round trip. */
  @Override
  public void clear() throws Exception {
    database.execute("truncate job, job_log, job_step, job_count, job_count_delta, parked");
    var factory = new ConnectionFactory();
    factory.setUri(rabbit);
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
  public long completed(long enqueued) throws SQLException {
    return Long.parseLong(database.ask("select count(*) from job where outcome = 'completed'"));
  }

  @Override
  public void close() {
    database.close();
  }
}
