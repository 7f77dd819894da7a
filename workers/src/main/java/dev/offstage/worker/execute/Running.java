package dev.offstage.worker.execute;

import dev.offstage.job.Outcome;
import dev.offstage.store.Claim;
import dev.offstage.worker.attempt.Attempt;
import dev.offstage.worker.lease.Lease;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The attempts that this process holds: claimed, and not settled yet. */
final class Running implements Lease.Work {
  private final Set<Attempt> attempts = new HashSet<>();

  synchronized void add(Attempt attempt) {
    attempts.add(attempt);
  }

  synchronized void remove(Attempt attempt) {
    attempts.remove(attempt);
    notifyAll();
  }

  synchronized List<Attempt> all() {
    return List.copyOf(attempts);
  }

  @Override
  public int count() {
    return all().size();
  }

  @Override
  public void leaseLost() {
    interruptAll(new Outcome.Interrupted());
  }

  void interruptAll(Outcome outcome) {
    all().forEach(attempt -> attempt.interrupt(outcome));
  }

  /** Interrupts those whose time is up. */
  void timeOut() {
    all().stream()
        .filter(attempt -> attempt.interruption() == null && attempt.timeLeft().isNegative())
        .forEach(Attempt::timeOut);
  }

  /** Whether this process holds the claim; {@code claimNo} is the row's, after the claim. */
  boolean holds(Claim claim) {
    return all().stream()
        .map(Attempt::job)
        .anyMatch(job -> job.id().equals(claim.id()) && job.claimNo() == claim.claimNo());
  }

  /** Waits until nothing runs; false if something still does after {@code atMost}. */
  synchronized boolean awaitNone(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toMillis();
        !attempts.isEmpty() && left > 0;
        left = (until - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    return attempts.isEmpty();
  }
}
