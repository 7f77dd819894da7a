package dev.offstage.bench.contender;

import dev.offstage.bench.agent.DbSchedulerCaller;
import dev.offstage.bench.agent.DbSchedulerWorker;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** db-scheduler. It deletes what has completed, and so keeps no history. */
final class DbScheduler implements Product {
  /** As its documentation gives it for PostgreSQL. */
  private static final String TABLE =
      """
      create table scheduled_tasks (
        task_name text not null,
        task_instance text not null,
        task_data bytea,
        execution_time timestamp with time zone not null,
        picked boolean not null,
        picked_by text,
        last_success timestamp with time zone,
        last_failure timestamp with time zone,
        consecutive_failures int,
        last_heartbeat timestamp with time zone,
        version bigint not null,
        priority smallint,
        primary key (task_name, task_instance));
      create index execution_time_idx on scheduled_tasks (execution_time);
      create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
      create index priority_execution_time_idx
        on scheduled_tasks (priority desc, execution_time asc);
      """;

  static final Duration SHORT_HEARTBEAT = Duration.ofSeconds(3);
  private static final Duration DEFAULT_HEARTBEAT = Duration.ofMinutes(5);

  private final Workplace place;
  private final Duration heartbeat;
  private final String url;
  private final Database database;
  private final Jvm caller;
  private Jvm worker;

  DbScheduler(Workplace place) throws Exception {
    this(place, DEFAULT_HEARTBEAT);
  }

  DbScheduler(Workplace place, Duration heartbeat) throws Exception {
    this.place = place;
    this.heartbeat = heartbeat;
    url = Servers.shared().postgresUrl();
    database = new Database(url);
    database.execute(TABLE);
    caller = Jvm.start(place, name() + " caller", DbSchedulerCaller.class, List.of(url));
    worker = startWorker();
  }

  private Jvm startWorker() throws IOException {
    return Jvm.start(
        place,
        name() + " worker",
        DbSchedulerWorker.class,
        List.of(url, "" + heartbeat.toMillis()));
  }

  @Override
  public void replaceWorker() throws Exception {
    worker.kill();
    worker = startWorker();
    worker.ask("start");
  }

  @Override
  public String name() {
    return "db-scheduler";
  }

  @Override
  public Jvm caller() {
    return caller;
  }

  @Override
  public Jvm worker() {
    return worker;
  }

  @Override
  public List<Jvm> processes() {
    return List.of(caller, worker);
  }

  @Override
  public void clear() throws SQLException {
    database.execute("truncate scheduled_tasks");
  }

  @Override
  public boolean anyLeft() throws SQLException {
    return database
        .ask("select exists (select from scheduled_tasks where execution_time <= now())")
        .equals("t");
  }

  @Override
  public boolean keepsHistory() {
    return false;
  }

  @Override
  public long ended() throws SQLException {
    return -Long.parseLong(database.ask("select count(*) from scheduled_tasks"));
  }

  @Override
  public void copy(Stage which, int times) throws SQLException {
    var where = which == Stage.DUE ? "execution_time <= now()" : "execution_time > now()";
    database.copy("scheduled_tasks", where, Map.of("task_instance", "c.id"), times);
  }

  @Override
  public void close() {
    processes().forEach(Jvm::close);
    database.close();
  }
}
