package dev.offstage.worker.execute;

import dev.offstage.job.Outcome;
import dev.offstage.store.JobStore;
import dev.offstage.store.JobStore.CancelRequest;
import dev.offstage.store.WorkerId;
import dev.offstage.worker.attempt.Attempt;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings cancellations to the handlers that they concern. Asks PostgreSQL, so that no other server
 * is needed for it, and only while something runs: an idle worker asks nothing.
 */
final class Cancellations {
  private static final Logger log = LoggerFactory.getLogger(Cancellations.class);

  /** How often to ask; also how old an attempt must be, so that short ones cost nothing. */
  static final Duration EVERY = Duration.ofMillis(400);

  private final JobStore store;
  private final Running running;

  /**
   * @param store over connections that no handler can exhaust
   */
  Cancellations(JobStore store, Running running) {
    this.store = store;
    this.running = running;
  }

  /** Interrupts whatever somebody wants cancelled; to be called every {@link #EVERY}. */
  void heed() {
    long before = System.nanoTime() - EVERY.toNanos();
    var byWorker =
        running.all().stream()
            .filter(attempt -> attempt.startedAt() - before < 0)
            .filter(attempt -> attempt.interruption() == null)
            .collect(Collectors.groupingBy(Attempt::worker));
    try {
      byWorker.forEach(this::heed);
    } catch (RuntimeException e) {
      log.warn("Could not ask what is cancelled: {}", e.getMessage());
    }
  }

  private void heed(WorkerId worker, List<Attempt> attempts) {
    var ids = attempts.stream().map(attempt -> attempt.job().id()).toList();
    for (var request : store.cancelRequests(worker, ids)) {
      attempts.stream()
          .filter(attempt -> isFor(request, attempt))
          .forEach(attempt -> attempt.interrupt(new Outcome.Cancel(request.reason())));
    }
  }

  private static boolean isFor(CancelRequest request, Attempt attempt) {
    return attempt.job().id().equals(request.id()) && attempt.job().claimNo() == request.claimNo();
  }
}
