package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.offstage.client.JobClient;
import dev.offstage.e2e.engine.ProbeHandlers.Run;
import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.queue.Topology;
import dev.offstage.servers.Servers;
import dev.offstage.store.EnqueueStore;
import dev.offstage.store.JobIds;
import dev.offstage.store.JobRow;
import dev.offstage.store.JobStore;
import io.micrometer.tracing.Tracer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

class EngineIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path blobs;

  @SuppressWarnings("NullAway.Init")
  private static Map<String, String> servers;

  @SuppressWarnings("NullAway.Init")
  private static ConfigurableApplicationContext context;

  @BeforeAll
  static void start() {
    servers = Servers.shared().springProperties(true, true);
    context = application();
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private static ConfigurableApplicationContext application(String... more) {
    return Applications.start(servers, blobs, more);
  }

  @Test
  void aJobRunsOnceAndItsResultStands() {
    var id = enqueue("{}");
    assertThat(ended(id).state()).isEqualTo(JobState.COMPLETED);
    assertThat(find(id).result()).isEqualTo("{\"attempt\": 1}");
    assertThat(find(id).progress()).isEqualTo(1f);
    assertThat(runs(id)).hasSize(1);
  }

  @Test
  void theTraceOfWhoeverEnqueuedReachesTheHandler() {
    var tracer = context.getBean(Tracer.class);
    var span = tracer.nextSpan().start();
    JobId id;
    try (var scope = tracer.withSpan(span)) {
      id = enqueue("{}");
    } finally {
      span.end();
    }
    ended(id);
    assertThat(runs(id).getFirst().trace()).isEqualTo(span.context().traceId());
  }

  @Test
  void aFailedAttemptIsTriedAgainUntilItSucceeds() {
    var id = enqueue("{\"failures\":2}");
    assertThat(ended(id).state()).isEqualTo(JobState.COMPLETED);
    assertThat(runs(id)).extracting(Run::attempt).containsExactly(1, 2, 3);
    assertThat(find(id).failure()).isNull();
  }

  @Test
  void spentAttemptsEndInTheDeadLetterWithTheReason() {
    var id = client().enqueue(probe("{\"failures\":9}").toBuilder().maxAttempts(2).build());
    var job = ended(id);
    assertThat(job.state()).isEqualTo(JobState.DISCARDED);
    assertThat(job.failure()).isNotNull();
    assertThat(job.failure().reason()).isEqualTo("not-yet");
    assertThat(runs(id)).hasSize(2);
  }

  @Test
  void aPermanentFailureIsNotTriedAgain() {
    var id = enqueue("{\"permanent\":true}");
    assertThat(ended(id).state()).isEqualTo(JobState.DISCARDED);
    assertThat(runs(id)).hasSize(1);
  }

  @Test
  void aPayloadThatDoesNotFitIsDiscardedAndSaysSo() {
    var id = enqueue("{\"millis\":\"soon\"}");
    var job = ended(id);
    assertThat(job.state()).isEqualTo(JobState.DISCARDED);
    assertThat(job.failure()).isNotNull();
    assertThat(job.failure().reason()).isEqualTo("payload-unreadable");
    assertThat(job.failure().message()).contains("millis");
  }

  @Test
  void anAttemptThatTakesTooLongIsInterrupted() {
    var id =
        client()
            .enqueue(
                probe("{\"millis\":60000}").toBuilder()
                    .timeout(Duration.ofMillis(300))
                    .maxAttempts(1)
                    .build());
    var job = ended(id);
    assertThat(job.state()).isEqualTo(JobState.DISCARDED);
    assertThat(job.failure()).isNotNull();
    assertThat(job.failure().reason()).isEqualTo("timeout");
  }

  @Test
  void aDelayedJobDoesNotRunEarly() {
    var id = client().enqueue(probe("{}").toBuilder().delay(Duration.ofMillis(1500)).build());
    assertThat(find(id).state()).isEqualTo(JobState.SCHEDULED);
    var job = ended(id);
    assertThat(job.startedAt()).isAfterOrEqualTo(job.createdAt().plusMillis(1500));
  }

  @Test
  void anUrgentJobRunsToo() {
    var id = client().enqueue(probe("{}").toBuilder().priority(Priority.HIGH).build());
    assertThat(ended(id).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aJobCommitsWithItsTransactionOrNotAtAll() {
    var transactions = context.getBean(TransactionTemplate.class);
    var ids = new ArrayList<JobId>();
    assertThatThrownBy(
            () ->
                transactions.executeWithoutResult(
                    status -> {
                      ids.add(enqueue("{}"));
                      throw new IllegalStateException("roll back");
                    }))
        .hasMessage("roll back");
    transactions.executeWithoutResult(status -> ids.add(enqueue("{}")));

    ended(ids.getLast());
    assertThat(jobs().find(ids.getFirst(), "acme", null)).isEmpty();
    assertThat(runs(ids.getFirst())).isEmpty();
  }

  @Test
  void aThousandJobsOfManyCallersRunOnceEach() throws Exception {
    var ids = Collections.synchronizedList(new ArrayList<JobId>());
    try (var callers = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 1_000; i++) {
        callers.execute(() -> ids.add(enqueue("{}")));
      }
    }
    assertThat(ids).hasSize(1_000);
    await()
        .atMost(PATIENCE)
        .until(
            () -> jobs().findAll(ids).stream().allMatch(job -> job.state() == JobState.COMPLETED));
    assertThat(ids).allSatisfy(id -> assertThat(runs(id)).hasSize(1));
  }

  @Test
  void aTicketThatComesTwiceOrIsNoneAtAllDoesNoHarm() {
    var id = enqueue("{}");
    ended(id);
    var rabbit = context.getBean(RabbitTemplate.class);
    var queue = Topology.queue("default", Priority.NORMAL);
    rabbit.convertAndSend(Topology.TICKETS, queue, id + " 0 -\n");
    rabbit.convertAndSend(
        Topology.TICKETS,
        queue,
        "what is this?",
        poison -> {
          poison.getMessageProperties().setHeader("from", "nobody");
          return poison;
        });

    var admin = context.getBean(AmqpAdmin.class);
    await()
        .atMost(PATIENCE)
        .until(
            () -> admin.getQueueInfo(Topology.PARKED),
            parked -> parked != null && parked.getMessageCount() == 1);
    var message = rabbit.receive(Topology.PARKED, 1_000);
    assertThat(message).isNotNull();
    assertThat(new String(message.getBody(), StandardCharsets.UTF_8)).isEqualTo("what is this?");
    assertThat(message.getMessageProperties().getHeaders())
        .containsEntry("from", "nobody")
        .containsEntry("offstage-queue", queue)
        .containsEntry("offstage-reason", "not a ticket: what is this?")
        .containsKey("offstage-parked-at");
    assertThat(runs(id)).hasSize(1);
  }

  @Test
  void aLostTicketFallsDueAgain() {
    // As a node does that dies between its commit and its ticket: the row alone, due a little
    // later.
    var ids = context.getBean(JobIds.class);
    var id = ids.next();
    context
        .getBean(EnqueueStore.class)
        .insert(List.of(new JobRow(id, probe("{}"), "default", Duration.ofSeconds(1), null, null)));
    assertThat(ended(id).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aWorkerThatStopsHandsBackWhatItCannotFinish() {
    var stopping = application("--offstage.worker.grace=0s");
    var heeds = enqueueOn(stopping, probe("{\"millis\":4000}"));
    var ignores =
        enqueueOn(stopping, NewJob.of("acme", null, ProbeHandlers.STUBBORN, "{\"millis\":4000}"));
    await().atMost(PATIENCE).until(() -> !runs(heeds).isEmpty() && !runs(ignores).isEmpty());

    stopping.close();

    // Either application may have had them; handed back or not, each ends, and no attempt is burnt.
    assertThat(ended(heeds).state()).isEqualTo(JobState.COMPLETED);
    assertThat(ended(ignores).state()).isEqualTo(JobState.COMPLETED);
    assertThat(find(heeds).attempt()).isEqualTo(1);
    assertThat(find(ignores).attempt()).isEqualTo(1);
  }

  private static JobId enqueueOn(ConfigurableApplicationContext application, NewJob job) {
    return application.getBean(JobClient.class).enqueue(job);
  }

  private static JobId enqueue(String payload) {
    return client().enqueue(probe(payload));
  }

  private static NewJob probe(String payload) {
    return NewJob.of("acme", null, new JobKind("probe"), payload);
  }

  private static JobClient client() {
    return context.getBean(JobClient.class);
  }

  private static JobStore jobs() {
    return context.getBean(JobStore.class);
  }

  private static Job find(JobId id) {
    return jobs().find(id, "acme", null).orElseThrow();
  }

  private static Job ended(JobId id) {
    return await().atMost(PATIENCE).until(() -> find(id), job -> job.state().isTerminal());
  }

  private static List<Run> runs(JobId id) {
    return ProbeHandlers.runs(id);
  }
}
