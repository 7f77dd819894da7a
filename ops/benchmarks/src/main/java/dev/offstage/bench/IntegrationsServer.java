package dev.offstage.bench;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.client.JobClient;
import dev.offstage.destination.DestinationStore;
import dev.offstage.job.DestinationName;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.store.GateStore;
import dev.offstage.worker.WorkerApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The worker and the scheduler as the benchmark's own process; does what a line asks for. */
final class IntegrationsServer {
  private static final String TENANT = "bench";
  private static final int BATCH = 1_000;

  private final ConfigurableApplicationContext context;

  private IntegrationsServer(ConfigurableApplicationContext context) {
    this.context = context;
  }

  public static void main(String[] arguments) throws Exception {
    var server =
        new IntegrationsServer(
            OffstageApplication.of(WorkerApplication.class, SchedulerApplication.class)
                .run(arguments));
    System.out.println("OK ready");
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println("OK " + server.answer(line.split(" ")));
    }
    System.exit(0);
  }

  private String answer(String[] words) throws IOException, InterruptedException {
    switch (words[0]) {
      case "pause" -> gates().pause(GateStore.Scope.POOL, "integration", "the round begins");
      case "resume" -> gates().resume(GateStore.Scope.POOL, "integration");
      case "enqueue" -> enqueue(words[1], Integer.parseInt(words[2]));
      case "shut" -> destinations().pause(name(words[1]), "shut by the benchmark");
      case "settle" -> settle(name(words[1]), Integer.parseInt(words[2]));
      case "forget" -> forget();
      case "heap" -> {
        return Long.toString(heap());
      }
      default -> throw new IOException("unknown: " + words[0]);
    }
    return "done";
  }

  private GateStore gates() {
    return context.getBean(GateStore.class);
  }

  private DestinationStore destinations() {
    return context.getBean(DestinationStore.class);
  }

  private static DestinationName name(String port) {
    return DestinationName.of("host", TENANT, "127.0.0.1:" + port);
  }

  private void enqueue(String port, int count) {
    var job =
        NewJob.builder(
                TENANT,
                new JobKind("http.call"),
                "{\"url\":\"http://127.0.0.1:%s/\",\"body\":{\"event\":\"bench\"}}".formatted(port))
            .destination(name(port))
            .build();
    var client = context.getBean(JobClient.class);
    for (int left = count; left > 0; left -= BATCH) {
      client.offerAll(Collections.nCopies(Math.min(left, BATCH), job));
    }
  }

  /** Until so many wait at a destination's gate. */
  private void settle(DestinationName name, int count) throws InterruptedException {
    while (destinations().find(name).map(state -> state.waiting()).orElse(0L) < count) {
      pause();
    }
  }

  /** Lets what still waits expire, so that the next round begins like the one before. */
  private void forget() throws InterruptedException {
    var jdbc = context.getBean(JdbcClient.class);
    jdbc.sql("update job set expires_at = now() where ended_at is null").update();
    while (jdbc.sql("select count(*) from job where ended_at is null").query(Long.class).single()
        > 0) {
      pause();
    }
  }

  private static void pause() throws InterruptedException {
    var unused = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
  }

  private static long heap() {
    var memory = ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < 3; i++) {
      memory.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }
}
