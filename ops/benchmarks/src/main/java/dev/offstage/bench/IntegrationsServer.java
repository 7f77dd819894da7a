package dev.offstage.bench;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.client.Announcer;
import dev.offstage.client.JobClient;
import dev.offstage.destination.DestinationState;
import dev.offstage.destination.DestinationStore;
import dev.offstage.job.DestinationName;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.store.GateStore;
import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.Endpoint;
import dev.offstage.webhook.EndpointStore;
import dev.offstage.webhook.NewDelivery;
import dev.offstage.webhook.SigningSecret;
import dev.offstage.worker.WorkerApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The worker and the scheduler as the benchmark's own process; does what a line asks for. */
final class IntegrationsServer {
  private static final String TENANT = "bench";
  private static final String TYPE = "bench.event";
  private static final String BODY = "{\"type\":\"bench.event\",\"data\":{\"invoice\":1042}}";
  private static final int BATCH = 500;
  private static final int ENDPOINTS = 1_000;

  private final ConfigurableApplicationContext context;
  private final Map<String, Endpoint> endpoints = new HashMap<>();

  private IntegrationsServer(ConfigurableApplicationContext context) {
    this.context = context;
    jdbc().sql("insert into tenant (id, name) values (?, ?)").params(TENANT, TENANT).update();
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

  private Object answer(String[] words) throws IOException {
    switch (words[0]) {
      case "pause" -> gates().pause(GateStore.Scope.POOL, "integration", "the round begins");
      case "resume" ->
          context
              .getBean(Announcer.class)
              .announceTouched(gates().resume(GateStore.Scope.POOL, "integration"));
      case "webhooks" -> webhooks(words[1], Integer.parseInt(words[2]));
      case "calls" -> calls(words[1], Integer.parseInt(words[2]));
      case "shut" -> destinations().pause(name(words[1]), "shut by the benchmark");
      case "waiting" -> {
        return destinations().find(name(words[1])).map(DestinationState::waiting).orElse(0L);
      }
      case "forget" -> {
        return forget();
      }
      case "why" -> {
        return why();
      }
      case "heap" -> {
        return heap();
      }
      default -> throw new IOException("unknown: " + words[0]);
    }
    return "done";
  }

  private JdbcClient jdbc() {
    return context.getBean(JdbcClient.class);
  }

  private GateStore gates() {
    return context.getBean(GateStore.class);
  }

  private DestinationStore destinations() {
    return context.getBean(DestinationStore.class);
  }

  private static String url(String port) {
    return "http://127.0.0.1:" + port + "/";
  }

  private static DestinationName name(String port) {
    return DestinationName.of("host", TENANT, "127.0.0.1:" + port);
  }

  private Endpoint endpoint(String port) {
    var wanted = new EndpointStore.Wanted(url(port), null, List.of(TYPE), false, Map.of());
    return context
        .getBean(EndpointStore.class)
        .create(TENANT, wanted, SigningSecret.random(), ENDPOINTS)
        .orElseThrow();
  }

  private void webhooks(String port, int count) {
    var endpoint = endpoints.computeIfAbsent(port, this::endpoint);
    var deliveries = context.getBean(Deliveries.class);
    for (int left = count; left > 0; left -= BATCH) {
      deliveries.enqueue(
          IntStream.range(0, Math.min(left, BATCH)).mapToObj(n -> delivery(endpoint)).toList());
    }
  }

  private static NewDelivery delivery(Endpoint endpoint) {
    return new NewDelivery(
        TENANT, endpoint.id(), endpoint.url(), false, UUID.randomUUID(), TYPE, BODY, null);
  }

  private void calls(String port, int count) {
    var job =
        NewJob.builder(
                TENANT,
                new JobKind("http.call"),
                "{\"url\":\"%s\",\"body\":%s}".formatted(url(port), BODY))
            .destination(name(port))
            .build();
    var client = context.getBean(JobClient.class);
    for (int left = count; left > 0; left -= BATCH) {
      client.offerAll(Collections.nCopies(Math.min(left, BATCH), job));
    }
  }

  /**
   * Lets what is still there expire, so that the next round begins like the one before; answers how
   * much of it there still is.
   */
  private long forget() {
    jdbc()
        .sql("update job set expires_at = now() where ended_at is null and expires_at is null")
        .update();
    return jdbc().sql("select count(*) from job where ended_at is null").query(Long.class).single();
  }

  /** What becomes of those that have not been delivered. */
  private String why() {
    return jdbc()
        .sql(
            """
            select string_agg(n || ' ' || kind || ' ' || state || coalesce(' ' || reason, ''), ', ')
            from (select kind, state, error_reason as reason, count(*) as n from job
                  where state <> 'completed' group by 1, 2, 3) jobs
            """)
        .query((row, n) -> String.valueOf(row.getString(1)))
        .single();
  }

  private static long heap() {
    var memory = ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < 3; i++) {
      memory.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }
}
