package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.client.JobClient;
import dev.offstage.job.Backoff;
import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.servers.Servers;
import dev.offstage.store.JobNotes;
import dev.offstage.store.JobNotes.LogLine;
import dev.offstage.store.JobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the engine does for whoever writes a handler. */
class AuthorIT {
  private static final String TENANT = "author";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path blobs;

  @SuppressWarnings("NullAway.Init")
  private static ConfigurableApplicationContext context;

  @BeforeAll
  static void start() {
    // Without Redis: nothing here depends on it.
    context = Applications.start(Servers.shared().springProperties(true, false), blobs);
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @Test
  void aHandlerOfFiveStepsResumesAtTheOneThatFailed() {
    var job = ended(enqueue("author.steps", "{\"failing\":true}"));
    assertThat(job.state()).isEqualTo(JobState.COMPLETED);
    assertThat(job.result()).isEqualTo("{\"sum\": 150}");
    assertThat(AuthorHandlers.doneBy(job.id()))
        .containsExactly("1", "2", "3", "3", "3", "4", "5", "told");
    assertThat(notes().steps(job.id()))
        .extracting(JobNotes.Step::name)
        .containsExactly("step-1", "step-2", "step-3", "step-4", "step-5", "tell");
  }

  @Test
  void theLogOfEveryAttemptIsThereOnceTheJobHasEnded() {
    var job = ended(enqueue("author.steps", "{\"failing\":true}"));
    assertThat(notes().log(job.id(), 0, 0, 100))
        .extracting(line -> line.claimNo() + "." + line.lineNo() + " " + line.line())
        .containsExactly(
            "1.1 step 1 is done",
            "1.2 step 2 is done",
            "2.1 step 1 is done",
            "2.2 step 2 is done",
            "3.1 step 1 is done",
            "3.2 step 2 is done",
            "3.3 step 3 is done",
            "3.4 step 4 is done",
            "3.5 step 5 is done");
    assertThat(notes().log(job.id(), 2, 1, 2))
        .extracting(LogLine::line)
        .containsExactly("step 2 is done", "step 1 is done");
  }

  @Test
  void aPayloadThatBreaksAConstraintIsDiscardedAndNamesTheField() {
    var job =
        ended(
            enqueue(
                "author.letter",
                "{\"to\":\"nobody\",\"copies\":0,\"pages\":[{\"text\":\"x\"},{\"text\":\"\"}]}"));
    assertThat(job.state()).isEqualTo(JobState.DISCARDED);
    assertThat(job.attempt()).isEqualTo(1);
    assertThat(job.failure())
        .isEqualTo(
            new JobFailure(
                "payload-invalid",
                "copies: 0 (expected: must be greater than 0); pages[1].text:  (expected: must not"
                    + " be blank); to: nobody (expected: must be a well-formed email address)"));
    assertThat(AuthorHandlers.doneBy(job.id())).isEmpty();
  }

  @Test
  void aPayloadThatIsNullIsDiscardedAndSaysSo() {
    assertThat(ended(enqueue("author.letter", "null")).failure())
        .isEqualTo(new JobFailure("payload-invalid", "payload: null (expected: a Letter)"));
  }

  @Test
  void anOlderPayloadIsLiftedVersionByVersion() {
    assertThat(person(2, "{\"who\":\"Ada Lovelace\"}").result())
        .isEqualTo("{\"last\": \"Lovelace\", \"first\": \"Ada\"}");
    assertThat(person(3, "{\"name\":\"Ada Lovelace\"}").state()).isEqualTo(JobState.COMPLETED);
    assertThat(person(4, "{\"first\":\"A\",\"last\":\"L\"}").state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aVersionThatTheHandlerNoLongerLiftsIsDiscardedWithTheReason() {
    assertThat(person(1, "{}").failure())
        .isEqualTo(
            new JobFailure(
                "payload-version-unknown",
                "payloadVersion: 1 (expected: 4; the handler of author.person does not lift"
                    + " version 1)"));
  }

  private static Job person(int version, String payload) {
    return ended(enqueue(job("author.person", payload).payloadVersion(version)));
  }

  @Test
  void aCancellationReachesABlockedHandlerWithinASecond() {
    var id = enqueue("probe", "{\"millis\":60000}");
    awaitRunning(id);
    assertCancelledWithinASecond(id);
  }

  @Test
  void aCancellationReachesAHandlerThatDoesNotBlockWithinASecond() {
    var id = enqueue("author.spin", "{}");
    awaitRunning(id);
    assertCancelledWithinASecond(id);
    assertThat(notes().log(id, 0, 0, 10)).extracting(LogLine::line).containsExactly("told to end");
  }

  private static void assertCancelledWithinASecond(JobId id) {
    askToCancel(id);
    var job = ended(id);
    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
    assertThat(job.failure()).isEqualTo(new JobFailure("cancelled", "no longer wanted"));
    assertThat(
            jdbc()
                .sql("select ended_at - run_at < interval '1 second' from job where id = ?")
                .param(id.value())
                .query(Boolean.class)
                .single())
        .isTrue();
  }

  @Test
  void aHandlerThatCompletesAllTheSameIsCompleted() {
    var id = enqueue("author.spin", "{\"insists\":true}");
    awaitRunning(id);
    askToCancel(id);
    assertThat(ended(id).state()).isEqualTo(JobState.COMPLETED);
    assertThat(find(id).failure()).isNull();
  }

  /** As the verb does; when it was asked is kept where nobody looks at it any more. */
  private static void askToCancel(JobId id) {
    jdbc()
        .sql("update job set cancel_reason = 'no longer wanted', run_at = now() where id = ?")
        .param(id.value())
        .update();
  }

  @Test
  void theJobsOwnBackoffWinsOverTheHandlers() {
    var id =
        enqueue(
            job("author.steps", "{\"failing\":true}")
                .backoff(new Backoff.Table(List.of(Duration.ofHours(5)), 0)));
    var failed =
        await().atMost(PATIENCE).until(() -> find(id), job -> job.state() == JobState.RETRYABLE);
    assertThat(Duration.between(failed.startedAt(), Objects.requireNonNull(failed.dueAt())))
        .isBetween(Duration.ofHours(5), Duration.ofHours(5).plusMinutes(1));
  }

  @Test
  void aChildReadsTheResultsOfWhatItWaitedFor() {
    var first = ended(enqueue("author.spin", "{\"insists\":true}", Duration.ofMillis(200)));
    var child = enqueue(job("author.child", "{}").delay(Duration.ofMillis(500)));
    jdbc()
        .sql("insert into job_dependency values (?, ?, 'completed', 'cancel', true)")
        .params(first.id().value(), child.value())
        .update();
    jdbc()
        .sql("update job set workflow_ref = 'first' where id = ?")
        .param(first.id().value())
        .update();
    assertThat(ended(child).result()).isEqualTo("{\"first\": \"done\", \"parents\": 1}");
  }

  @Test
  void theOperatorsSeeHowManyJobsAWorkerRuns() {
    var id = enqueue("probe", "{\"millis\":6000}");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                jdbc()
                        .sql(
                            """
                            select w.running from worker w join job j on j.worker = w.id
                            where j.id = ?
                            """)
                        .param(id.value())
                        .query(Integer.class)
                        .optional()
                        .orElse(0)
                    > 0);
    askToCancel(id);
  }

  private static NewJob.Builder job(String kind, String payload) {
    return NewJob.builder(TENANT, new JobKind(kind), payload);
  }

  private static JobId enqueue(String kind, String payload) {
    return enqueue(job(kind, payload));
  }

  private static JobId enqueue(String kind, String payload, Duration timeout) {
    return enqueue(job(kind, payload).timeout(timeout));
  }

  private static JobId enqueue(NewJob.Builder job) {
    return context.getBean(JobClient.class).enqueue(job.build());
  }

  private static void awaitRunning(JobId id) {
    await()
        .atMost(PATIENCE)
        .until(() -> find(id).state() == JobState.RUNNING && find(id).startedAt() != null);
  }

  private static JdbcClient jdbc() {
    return context.getBean(JdbcClient.class);
  }

  private static JobNotes notes() {
    return context.getBean(JobNotes.class);
  }

  private static Job find(JobId id) {
    return context.getBean(JobStore.class).find(id, TENANT, null).orElseThrow();
  }

  private static Job ended(JobId id) {
    return await().atMost(PATIENCE).until(() -> find(id), job -> job.state().isTerminal());
  }
}
