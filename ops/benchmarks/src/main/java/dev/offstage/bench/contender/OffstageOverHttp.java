package dev.offstage.bench.contender;

import dev.offstage.bench.agent.HttpCaller;
import java.sql.SQLException;
import java.util.List;

/** Offstage's applications, which are another's to end, and callers who enqueue over the API. */
final class OffstageOverHttp implements Product {
  private final Offstage offstage;
  private final Jvm ingest;
  private final Jvm caller;

  OffstageOverHttp(Offstage offstage) throws Exception {
    this.offstage = offstage;
    ingest = offstage.deployment().startIngest();
    caller =
        Jvm.start(
            offstage.deployment().place(),
            "Offstage HTTP caller",
            HttpCaller.class,
            List.of(ingest.ask("port")[0], ingest.ask("key")[0]));
  }

  @Override
  public String name() {
    return "Offstage over HTTP";
  }

  @Override
  public List<Jvm> processes() {
    return List.of(caller, ingest, offstage.scheduler(), offstage.worker());
  }

  @Override
  public Jvm caller() {
    return caller;
  }

  @Override
  public Jvm worker() {
    return offstage.worker();
  }

  @Override
  public void replaceWorker() throws Exception {
    offstage.replaceWorker();
  }

  @Override
  public void rest() throws Exception {
    offstage.rest();
  }

  @Override
  public void work() throws Exception {
    offstage.work();
  }

  @Override
  public void clear() throws Exception {
    offstage.clear();
  }

  @Override
  public boolean anyLeft() throws SQLException {
    return offstage.anyLeft();
  }

  @Override
  public long ended() throws SQLException {
    return offstage.ended();
  }

  @Override
  public void copy(Stage which, int times) throws SQLException {
    offstage.copy(which, times);
  }

  @Override
  public void close() {
    caller.close();
    ingest.close();
  }
}
