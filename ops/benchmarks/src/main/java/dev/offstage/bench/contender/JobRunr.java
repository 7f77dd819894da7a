package dev.offstage.bench.contender;

import dev.offstage.bench.agent.JobRunrCaller;
import dev.offstage.bench.agent.JobRunrWorker;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** JobRunr, the open source edition, on PostgreSQL. */
final class JobRunr implements Product {
  private final Workplace place;
  private final String url;
  private final Database database;
  private final Jvm caller;
  private Jvm worker;

  JobRunr(Workplace place) throws Exception {
    this.place = place;
    url = Servers.shared().postgresUrl();
    database = new Database(url);
    caller = Jvm.start(place, name() + " caller", JobRunrCaller.class, List.of(url));
    worker = startWorker();
  }

  private Jvm startWorker() throws IOException {
    return Jvm.start(place, name() + " worker", JobRunrWorker.class, List.of(url));
  }

  @Override
  public void replaceWorker() throws Exception {
    worker.kill();
    worker = startWorker();
    worker.ask("start");
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
  public long ended() throws SQLException {
    return Long.parseLong(
        database.ask("select count(*) from jobrunr_jobs where state = 'SUCCEEDED'"));
  }

  @Override
  public void copy(Stage which, int times) throws SQLException {
    var state =
        switch (which) {
          case DUE -> "ENQUEUED";
          case AHEAD -> "SCHEDULED";
          case ENDED -> "SUCCEEDED";
        };
    database.copy(
        "jobrunr_jobs",
        "state = '" + state + "'",
        Map.of("id", "c.id", "jobasjson", "replace(t.jobasjson, t.id, c.id)"),
        times);
  }

  @Override
  public void close() {
    processes().forEach(Jvm::close);
    database.close();
  }
}
