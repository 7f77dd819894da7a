package dev.offstage.e2e;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * For killing schedulers in the middle of batches: scheduler processes over a database and a broker
 * of their own, and a desk in this JVM from which to start and watch, which runs nothing itself.
 */
final class BatchProcess implements AfterAllCallback, TestWatcher {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The issue's: an execution that a killed node left is found and goes on within a minute. */
  private static final Duration RECOVERY = Duration.ofMinutes(1);

  final App first;
  final App second;

  private final Path directory;
  private final Map<String, String> properties;
  private @Nullable ConfigurableApplicationContext desk;

  /**
   * @param more properties of the processes and the desk
   */
  BatchProcess(Map<String, String> more) {
    this(Servers.shared().springProperties(true, false), more);
  }

  /** A desk for what a cluster runs. */
  static BatchProcess over(Cluster cluster) {
    return new BatchProcess(
        Map.of(
            "spring.datasource.url", cluster.postgres.url("offstage"),
            "spring.rabbitmq.addresses", cluster.rabbit.uri(),
            "spring.data.redis.url", cluster.redis.url()),
        Map.of());
  }

  private BatchProcess(Map<String, String> servers, Map<String, String> more) {
    directory = directory();
    properties = new HashMap<>(servers);
    properties.put("offstage.blob.directory", directory.resolve("blobs").toString());
    properties.put("offstage.batch.lease", "3s");
    properties.put("offstage.batch.heartbeat", "1s");
    properties.putAll(more);
    first = new App("batches-a", "scheduler", directory, properties);
    second = new App("batches-b", "scheduler", directory, properties);
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
  }

  private static Path directory() {
    try {
      var parent = Files.createDirectories(Path.of("target", "batches").toAbsolutePath());
      return Files.createTempDirectory(parent, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path blobs() {
    return directory.resolve("blobs");
  }

  /** What is there of the scheduler in this JVM, over the same servers. */
  synchronized <T> T desk(Class<T> bean) {
    if (desk == null) {
      var arguments = new HashMap<>(properties);
      arguments.put("offstage.batch.at-once", "0");
      desk =
          OffstageApplication.of(SchedulerApplication.class)
              .web(WebApplicationType.NONE)
              .run(
                  arguments.entrySet().stream()
                      .map(each -> "--" + each.getKey() + "=" + each.getValue())
                      .toArray(String[]::new));
    }
    return desk.getBean(bean);
  }

  Batches batches() {
    return desk(Batches.class);
  }

  /** Of the database, for JDBC. */
  String url() {
    return Objects.requireNonNull(properties.get("spring.datasource.url"));
  }

  JdbcClient db() {
    return JdbcClient.create(new DriverManagerDataSource(url()));
  }

  long start(String batch, Map<String, String> parameters) {
    return batches().start(batch, parameters, StartMode.AGAIN, "e2e");
  }

  BatchRun find(long execution) {
    return batches().find(execution).orElseThrow();
  }

  BatchRun awaitState(long execution, BatchState state) {
    return Awaitility.await("the execution " + execution + " is " + state)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> find(execution), run -> run.state() == state);
  }

  /** Waits until an execution has written something, and has not ended. */
  void awaitMiddle(long execution) {
    Awaitility.await("the execution " + execution + " is in the middle")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> find(execution), run -> run.state() == BatchState.RUNNING && run.read() > 0);
  }

  /** The execution that goes on from one whose node was killed just now. */
  long awaitRecovery(long execution) {
    return Awaitility.await("the execution " + execution + " was recovered")
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                db().sql("select execution from batch_run where restart_of = ?")
                    .param(execution)
                    .query(Long.class)
                    .optional(),
            Optional::isPresent)
        .orElseThrow();
  }

  private void end() {
    first.kill9();
    second.kill9();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    end();
    if (desk != null) {
      desk.close();
    }
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    System.err.println("=== " + context.getDisplayName() + " failed; what the processes said:");
    System.err.println(first.lastOutput());
    System.err.println(second.lastOutput());
  }
}
