package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.Condition;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import dev.offstage.job.UniqueKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every way in which a job ends leaves a mark in the same transaction, where somebody listens. */
class TellIT {
  private final TestDatabase db = new TestDatabase();

  private record Mark(String type, String tenant, JobId job) {}

  private void listen(String tenant, String... types) {
    db.jdbc
        .sql("insert into tenant (id, name) values (:tenant, :tenant) on conflict do nothing")
        .param("tenant", tenant)
        .update();
    db.jdbc
        .sql(
            """
            insert into webhook_endpoint (id, tenant, url, types, ordered, secret)
            values (gen_random_uuid(), :tenant, 'https://example.com/', :types, false, 'sealed')
            """)
        .param("tenant", tenant)
        .param("types", types)
        .update();
  }

  private List<Mark> marks() {
    return db.jdbc
        .sql("select type, tenant, subject from webhook_mark order by position")
        .query(
            (row, n) ->
                new Mark(
                    row.getString("type"),
                    row.getString("tenant"),
                    new JobId(row.getObject("subject", UUID.class))))
        .list();
  }

  private static Mark mark(String type, JobId job) {
    return new Mark(type, "acme", job);
  }

  @Test
  void nobodyListensAndNothingIsWritten() {
    listen("other", "*");
    var worker = db.worker();
    db.run(worker, db.job());
    var retried = db.job();
    db.start(worker, retried);
    db.end(worker, retried, JobState.RETRYABLE);
    db.verbs.cancel(List.of(db.job()), "acme", null, "enough");

    assertThat(marks()).isEmpty();
  }

  @Test
  void completionsFailuresAndDiscardsAreMarkedPlainOrNot() {
    listen("acme", "job.*");
    var worker = db.worker();
    var plain = db.job();
    db.run(worker, plain);
    var linked = db.enqueue(db.newJob().concurrency(new ConcurrencyKey("k", 1)).build());
    db.run(worker, linked);
    var retried = db.job();
    db.start(worker, retried);
    db.end(worker, retried, JobState.RETRYABLE);
    db.start(worker, retried);
    db.end(worker, retried, JobState.DISCARDED);
    var keyed = db.enqueue(db.newJob().orderingKey("o").build());
    db.start(worker, keyed);
    db.end(worker, keyed, JobState.RETRYABLE);
    db.start(worker, keyed);
    db.end(worker, keyed, JobState.CANCELLED);

    assertThat(marks())
        .containsExactly(
            mark("job.completed", plain),
            mark("job.completed", linked),
            mark("job.failed", retried),
            mark("job.discarded", retried),
            mark("job.failed", keyed),
            mark("job.cancelled", keyed));
    assertThat(
            db.jdbc
                .sql("select data from webhook_mark where type = 'job.failed' limit 1")
                .query(String.class)
                .single())
        .contains("\"attempt\": 1", "ended as the test wanted");
  }

  @Test
  void settlingAgainAfterAnUnknownOutcomeMarksNothingTwice() {
    listen("acme", "*");
    var worker = db.worker();
    var job = db.job();
    db.start(worker, job);
    var failure = new JobFailure("test", "no");
    var settlement = new Settlement(job, 1, JobState.DISCARDED, true, null, null, failure);
    db.jobs.settle(worker, List.of(settlement));
    db.jobs.settle(worker, List.of(settlement));

    assertThat(marks()).containsExactly(mark("job.discarded", job));
  }

  @Test
  void cancelExpiryReplacementAndParentsAreMarked() {
    listen("acme", "*");
    var cancelled = db.job();
    db.verbs.cancel(List.of(cancelled), "acme", null, "enough");
    var late = db.job();
    db.jdbc
        .sql("update job set expires_at = now() - interval '1 s' where id = :id")
        .param("id", late.value())
        .update();
    ExpiryStore.over(db.db).expire(10);
    var replace = new UniqueKey("u", UniqueKey.Policy.REPLACE, null);
    var replaced = db.enqueue(db.newJob().unique(replace).build());
    var next = db.enqueue(db.newJob().unique(replace).build());
    var child =
        db.enqueue(
            db.newJob()
                .after(List.of(new Parent(next, Condition.COMPLETED, OnDiscard.CANCEL)))
                .build());
    db.verbs.cancel(List.of(next), "acme", null, "enough");

    assertThat(marks())
        .containsExactly(
            mark("job.cancelled", cancelled),
            mark("job.discarded", late),
            mark("job.cancelled", replaced),
            mark("job.cancelled", next),
            mark("job.cancelled", child));
  }

  @Test
  void whoCrashedTooOftenIsMarked() {
    listen("acme", "job.discarded");
    var job = db.job();
    for (int crash = 0; crash < RescueStore.MAX_CRASHES; crash++) {
      var victim = db.worker();
      assertThat(db.claim(victim, job, crash)).hasSize(1);
      db.jdbc
          .sql("update worker set heartbeat_at = now() - interval '1 hour' where id = :id")
          .param("id", victim.value())
          .update();
      db.workers.buryLapsed();
      db.rescue.fromEndedWorkers();
    }

    assertThat(marks()).containsExactly(mark("job.discarded", job));
  }

  @Test
  void aDeliveryOfAWebhookIsToldToNobody() {
    listen("acme", "*");
    var worker = db.worker();
    for (boolean linked : new boolean[] {false, true}) {
      var builder = NewJob.builder("acme", new JobKind("webhook.deliver"), "{}");
      if (linked) {
        builder.concurrency(new ConcurrencyKey("k", 1));
      }
      var job = db.enqueue(builder.build());
      assertThat(db.jobs.claim(worker, Map.of("webhook.deliver", 1), List.of(new Claim(job, 0))))
          .hasSize(1);
      var failure = new JobFailure("http-500", "no");
      db.jobs.settle(
          worker,
          List.of(
              new Settlement(
                  job, 1, JobState.RETRYABLE, true, Duration.ofHours(1), null, failure)));
      db.verbs.cancel(List.of(job), "acme", null, "enough");
    }

    assertThat(marks()).isEmpty();
  }

  @Test
  void whoIsNotListeningAnyMoreIsNotMarkedFor() {
    listen("acme", "job.completed");
    db.jdbc.sql("update webhook_endpoint set state = 'disabled', reason = 'gone'").update();
    db.run(db.worker(), db.job());
    assertThat(marks()).isEmpty();

    db.jdbc.sql("update webhook_endpoint set state = 'paused'").update();
    var job = db.job();
    db.run(db.worker(), job);
    assertThat(marks()).containsExactly(mark("job.completed", job));
  }
}
