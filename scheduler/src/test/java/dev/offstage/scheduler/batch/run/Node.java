package dev.offstage.scheduler.batch.run;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.store.Db;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A scheduler in this JVM. */
final class Node implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ConfigurableApplicationContext context;
  private final String url;
  final Batches batches;
  final JdbcClient jdbc;
  final Db db;

  Node(Map<String, String> servers, String... more) {
    url = Objects.requireNonNull(servers.get("spring.datasource.url"));
    var arguments = new ArrayList<String>();
    servers.forEach((name, value) -> arguments.add("--" + name + "=" + value));
    arguments.addAll(
        List.of(
            "--offstage.batch.every=100ms",
            "--offstage.batch.lease=3s",
            "--offstage.batch.heartbeat=500ms"));
    arguments.addAll(List.of(more));
    context =
        OffstageApplication.of(SchedulerApplication.class)
            .sources(Probe.class)
            .web(WebApplicationType.NONE)
            .run(arguments.toArray(String[]::new));
    batches = context.getBean(Batches.class);
    db = context.getBean(Db.class);
    jdbc = db.jdbc();
    jdbc.sql("create table if not exists probe_item (label text, item int, node int)").update();
  }

  /** Whether it runs here, and has been told to end. */
  boolean isEnding(long execution) {
    var entry = bean(BatchConfiguration.Parts.class).running().find(execution);
    return entry != null && entry.isEnding();
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** On a connection of its own. */
  JdbcClient jdbcBeside() {
    return JdbcClient.create(new DriverManagerDataSource(url));
  }

  BatchRun find(long execution) {
    return batches.find(execution).orElseThrow();
  }

  BatchRun awaitState(long execution, BatchState state) {
    return Awaitility.await("the execution " + execution + " is " + state)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> find(execution), run -> run.state() == state);
  }

  /** The execution that goes on from this one. */
  long awaitNext(long execution) {
    return Awaitility.await("something goes on from " + execution)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                jdbc.sql("select execution from batch_run where restart_of = ?")
                    .param(execution)
                    .query(Long.class)
                    .optional(),
            Optional::isPresent)
        .orElseThrow();
  }

  List<Integer> items(String label) {
    return jdbc.sql("select item from probe_item where label = ? order by item")
        .param(label)
        .query((row, n) -> row.getInt("item"))
        .list();
  }

  @Override
  public void close() {
    context.close();
  }
}
