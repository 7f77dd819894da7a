package dev.offstage.scheduler.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.boot.OffstageApplication;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.servers.Servers;
import dev.offstage.store.Db;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The whole scheduler, one for all tests of this JVM, on a database and a blob store of its own.
 */
public final class TestScheduler {
  private static final class Shared {
    private static final TestScheduler SCHEDULER = start();
  }

  private final ConfigurableApplicationContext context;
  private final Path directory;

  private TestScheduler(ConfigurableApplicationContext context, Path directory) {
    this.context = context;
    this.directory = directory;
  }

  public static TestScheduler shared() {
    return Shared.SCHEDULER;
  }

  private static TestScheduler start() {
    try {
      var directory = Files.createTempDirectory("offstage-scheduler");
      var properties = new LinkedHashMap<>(Servers.shared().springProperties(true, false));
      properties.put("offstage.blob.directory", directory.toString());
      properties.put("offstage.batch.every", "50ms");
      properties.put("offstage.secrets.keys", "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
      var arguments =
          properties.entrySet().stream()
              .map(each -> "--" + each.getKey() + "=" + each.getValue())
              .toArray(String[]::new);
      var context =
          OffstageApplication.of(SchedulerApplication.class)
              .web(WebApplicationType.NONE)
              .run(arguments);
      return new TestScheduler(context, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public Db db() {
    return bean(Db.class);
  }

  public JdbcClient jdbc() {
    return db().jdbc();
  }

  public BlobStore blobs() {
    return bean(BlobStore.class);
  }

  public Path directory() {
    return directory;
  }

  public Batches batches() {
    return bean(Batches.class);
  }

  /** Makes a tenant. */
  public String tenant(String id) {
    jdbc()
        .sql("insert into tenant (id, name) values (:id, :id) on conflict do nothing")
        .param("id", id)
        .update();
    return id;
  }

  /** Runs a batch to its end, anew. */
  public BatchRun run(String batch, Map<String, String> parameters) {
    return ended(batches().start(batch, parameters, StartMode.AGAIN, "test"));
  }

  /** Runs a batch, which must complete. */
  public BatchRun completed(String batch, Map<String, String> parameters) {
    var run = run(batch, parameters);
    assertThat(run.state()).as(run.toString()).isEqualTo(BatchState.COMPLETED);
    return run;
  }

  public BatchRun ended(long execution) {
    return Awaitility.await("the execution " + execution + " has ended")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> batches().find(execution).orElseThrow(), run -> !run.state().isLive());
  }

  /** The job instance of an execution: what its files are named by. */
  public long instance(BatchRun run) {
    return jdbc()
        .sql("select instance from batch_run where execution = ?")
        .param(run.execution())
        .query(Long.class)
        .single();
  }

  public byte[] bytes(String blob) {
    try (InputStream in = Channels.newInputStream(blobs().read(new BlobKey(blob)))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
