package dev.offstage.bench.contender;

import dev.offstage.bench.agent.JobRunrCaller;
import dev.offstage.bench.agent.JobRunrWorker;
import dev.offstage.servers.Servers;
import java.sql.SQLException;
import java.util.List;

/** JobRunr, the open source edition, on PostgreSQL. */
final class JobRunr implements JobQueue.Product {
  private final Database database;
  private final Jvm caller;
  private final Jvm worker;

  JobRunr(Workplace place) throws Exception {
    var url = Servers.shared().postgresUrl();
    database = new Database(url);
    caller = Jvm.start(place, name() + " caller", JobRunrCaller.class, List.of(url));
    worker = Jvm.start(place, name() + " worker", JobRunrWorker.class, List.of(url));
  }

  @Override
  public String name() {
    return "JobRunr";
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
    database.execute("truncate jobrunr_jobs");
  }

  @Override
  public boolean anyLeft() throws SQLException {
    return database
        .ask("select exists (select from jobrunr_jobs where state in ('ENQUEUED', 'PROCESSING'))")
        .equals("t");
  }

  @Override
  public long completed(long enqueued) throws SQLException {
    return Long.parseLong(
        database.ask("select count(*) from jobrunr_jobs where state = 'SUCCEEDED'"));
  }

  @Override
  public void close() {
    database.close();
  }
}
