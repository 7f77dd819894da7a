package dev.offstage.bench.contender;

import dev.offstage.bench.agent.DbSchedulerCaller;
import dev.offstage.bench.agent.DbSchedulerWorker;
import dev.offstage.servers.Servers;
import java.sql.SQLException;
import java.util.List;

/** db-scheduler. It deletes what has completed, and so keeps no history. */
final class DbScheduler implements JobQueue.Product {
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

  private final Database database;
  private final Jvm caller;
  private final Jvm worker;

  DbScheduler(Workplace place) throws Exception {
    var url = Servers.shared().postgresUrl();
    database = new Database(url);
    database.execute(TABLE);
    caller = Jvm.start(place, name() + " caller", DbSchedulerCaller.class, List.of(url));
    worker = Jvm.start(place, name() + " worker", DbSchedulerWorker.class, List.of(url));
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
    return database.ask("select exists (select from scheduled_tasks)").equals("t");
  }

  @Override
  public long completed(long enqueued) throws SQLException {
    return enqueued - Long.parseLong(database.ask("select count(*) from scheduled_tasks"));
  }

  @Override
  public void close() {
    database.close();
  }
}
