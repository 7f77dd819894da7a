package dev.offstage.worker.execute;

import dev.offstage.job.JobId;
import dev.offstage.store.Batcher;
import dev.offstage.store.Claim;
import dev.offstage.store.ClaimedJob;
import dev.offstage.store.JobStore;
import dev.offstage.store.WorkerId;
import dev.offstage.worker.lease.Lease;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Claims jobs, many tickets a round trip. */
final class Claimer {

  /** A claim that was won, and by which of this process's ids. */
  record Won(WorkerId worker, ClaimedJob job) {}

  // Tickets are bounded by the slots that were reserved for them, so this bound is never met.
  private static final Batcher.Limits LIMITS = new Batcher.Limits(500, 100_000, Duration.ofDays(1));

  private final JobStore store;
  private final Lease lease;
  private final Map<String, Integer> kinds;
  private final Batcher<Claim, Optional<Won>> batcher;

  /** Whose claim had an unknown outcome last; touched by the batcher's thread only. */
  private @Nullable WorkerId inDoubt;

  Claimer(JobStore store, Lease lease, Map<String, Integer> kinds) {
    this.store = store;
    this.lease = lease;
    this.kinds = kinds;
    this.batcher = new Batcher<>("claim", LIMITS, this::flush);
  }

  /** Claims a job; empty if it is not to be had. */
  CompletableFuture<Optional<Won>> claim(Claim claim) {
    return batcher.submit(claim);
  }

  private List<Optional<Won>> flush(List<Claim> claims) {
    var worker = lease.id();
    var won = new HashMap<JobId, ClaimedJob>();
    if (worker.equals(inDoubt)) {
      store.claimedBy(worker, claims).forEach(job -> won.put(job.id(), job));
    }
    inDoubt = worker;
    store.claim(worker, kinds, claims).forEach(job -> won.put(job.id(), job));
    inDoubt = null;
    return claims.stream().map(claim -> wonBy(worker, claim, won)).toList();
  }

  /** Two tickets of one batch may name one job; the first has it. */
  private static Optional<Won> wonBy(WorkerId worker, Claim claim, Map<JobId, ClaimedJob> won) {
    return Optional.ofNullable(won.remove(claim.id())).map(job -> new Won(worker, job));
  }

  /** Asks what waits, for at most {@code atMost}. */
  void close(Duration atMost) {
    batcher.close(atMost);
  }
}
