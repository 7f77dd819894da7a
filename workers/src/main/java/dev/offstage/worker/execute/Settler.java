package dev.offstage.worker.execute;

import dev.offstage.client.Announcer;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobState;
import dev.offstage.job.Outcome;
import dev.offstage.live.LiveUpdates;
import dev.offstage.retry.RetryPolicy;
import dev.offstage.store.Batcher;
import dev.offstage.store.ClaimedJob;
import dev.offstage.store.JobStore;
import dev.offstage.store.Settlement;
import dev.offstage.store.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Writes down how attempts ended: the one place where an outcome becomes a state. */
final class Settler {
  private record Entry(WorkerId worker, Settlement settlement) {}

  // Never refuses: slots stay taken until their attempts are settled, which bounds what waits here.
  private static final Batcher.Limits LIMITS =
      new Batcher.Limits(500, Integer.MAX_VALUE, Duration.ofDays(1));

  /**
   * A shutdown is not the job's fault, but one that never ends within a worker's life shall not
   * come back for ever: after so many, each further one counts as a failed attempt.
   */
  static final int MAX_INTERRUPTIONS = 20;

  private static final JobFailure TOO_OFTEN =
      new JobFailure(
          "interrupted",
          "shutdowns of workers have interrupted it more than " + MAX_INTERRUPTIONS + " times");

  private static final double SNOOZE_JITTER = 0.1;

  private final JobStore store;
  private final LiveUpdates live;
  private final Announcer announcer;
  private final Handlers handlers;
  private final RandomGenerator random;
  private final Batcher<Entry, Boolean> batcher;

  Settler(
      JobStore store,
      LiveUpdates live,
      Announcer announcer,
      Handlers handlers,
      RandomGenerator random) {
    this.store = store;
    this.live = live;
    this.announcer = announcer;
    this.handlers = handlers;
    this.random = random;
    this.batcher = new Batcher<>("settle", LIMITS, this::flush);
  }

  /**
   * Settles an attempt.
   *
   * @return false if the job was no longer the attempt's; fails if PostgreSQL refuses the result
   */
  CompletableFuture<Boolean> settle(WorkerId worker, Settlement settlement) {
    return batcher.submit(new Entry(worker, settlement));
  }

  /** What an outcome comes to for this attempt. */
  Settlement settlement(ClaimedJob job, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Complete complete ->
          new Settlement(
              job.id(), job.claimNo(), JobState.COMPLETED, true, null, complete.result(), null);
      case Outcome.Retry retry -> failed(job, retry);
      case Outcome.Snooze snooze -> later(job, JobState.SCHEDULED, snoozed(snooze.delay()));
      case Outcome.Cancel cancel ->
          ended(job, JobState.CANCELLED, new JobFailure("cancelled", cancel.why()));
      case Outcome.Discard discard -> ended(job, JobState.DISCARDED, discard.failure());
      case Outcome.Interrupted interrupted ->
          job.interruptions() < MAX_INTERRUPTIONS
              ? later(job, JobState.AVAILABLE, Duration.ZERO)
              : failed(job, new Outcome.Retry(TOO_OFTEN, null));
    };
  }

  private static Settlement later(ClaimedJob job, JobState state, Duration delay) {
    return new Settlement(job.id(), job.claimNo(), state, false, delay, null, null);
  }

  /** What was put off together does not come back together: up to a tenth is added. */
  private Duration snoozed(Duration delay) {
    return delay.plusMillis(Math.round(delay.toMillis() * SNOOZE_JITTER * random.nextDouble()));
  }

  private Settlement failed(ClaimedJob job, Outcome.Retry retry) {
    var policy = new RetryPolicy(handlers.backoff(job));
    return switch (policy.decide(retry, job.attempt(), job.maxAttempts(), random)) {
      case RetryPolicy.Decision.TryAgain(var delay) ->
          new Settlement(
              job.id(), job.claimNo(), JobState.RETRYABLE, true, delay, null, retry.failure());
      case RetryPolicy.Decision.GiveUp(var failure) -> ended(job, JobState.DISCARDED, failure);
    };
  }

  private static Settlement ended(ClaimedJob job, JobState state, JobFailure failure) {
    return new Settlement(job.id(), job.claimNo(), state, true, null, null, failure);
  }

  private List<Boolean> flush(List<Entry> entries) {
    var byWorker = new LinkedHashMap<WorkerId, List<Settlement>>();
    entries.forEach(
        entry ->
            byWorker
                .computeIfAbsent(entry.worker(), worker -> new ArrayList<>())
                .add(entry.settlement()));
    var standing = new HashSet<Entry>();
    byWorker.forEach(
        (worker, settlements) -> {
          var settled = store.settle(worker, settlements);
          entries.stream()
              .filter(entry -> entry.worker().equals(worker))
              .filter(entry -> settled.standing().contains(entry.settlement().id()))
              .forEach(standing::add);
          announcer.announceTouched(settled.touched());
        });
    live.publish(entries.stream().map(entry -> entry.settlement().id()).toList());
    return entries.stream().map(standing::contains).toList();
  }

  /** Asks what waits, for at most {@code atMost}. */
  void close(Duration atMost) {
    batcher.close(atMost);
  }
}
