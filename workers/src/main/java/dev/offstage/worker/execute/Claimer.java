package dev.offstage.worker.execute;

import dev.offstage.job.JobId;
import dev.offstage.live.LiveUpdates;
import dev.offstage.store.Batcher;
import dev.offstage.store.Claim;
import dev.offstage.store.ClaimedJob;
import dev.offstage.store.JobStore;
import dev.offstage.store.Strays;
import dev.offstage.store.WorkerId;
import dev.offstage.worker.lease.Lease;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Claims jobs, many tickets a round trip. */
final class Claimer {

  /** What a claim came to. */
  sealed interface Answer {}

  /** It was won, by this one of the process's ids. */
  record Won(WorkerId worker, ClaimedJob job) implements Answer {}

  /**
   * It was not.
   *
   * @param stray whether the job is still to be had, but by another worker
   */
  record Lost(boolean stray) implements Answer {}

  // Tickets are bounded by the slots that were reserved for them, so this bound is never met.
  private static final Batcher.Limits LIMITS = new Batcher.Limits(500, 100_000, Duration.ofDays(1));

  private final JobStore store;
  private final Strays strays;
  private final Lease lease;
  private final Map<String, Integer> kinds;
  private final LiveUpdates live;
  private final Batcher<Claim, Answer> batcher;

  /** Whose claim had an unknown outcome last; touched by the batcher's thread only. */
  private @Nullable WorkerId inDoubt;

  Claimer(
      JobStore store, Strays strays, Lease lease, Map<String, Integer> kinds, LiveUpdates live) {
    this.store = store;
    this.strays = strays;
    this.lease = lease;
    this.kinds = kinds;
    this.live = live;
    this.batcher = new Batcher<>("claim", LIMITS, this::flush);
  }

  /** Claims a job. */
  CompletableFuture<Answer> claim(Claim claim) {
    return batcher.submit(claim);
  }

  private List<Answer> flush(List<Claim> claims) {
    var worker = lease.id();
    var won = new HashMap<JobId, ClaimedJob>();
    if (worker.equals(inDoubt)) {
      store.claimedBy(worker, claims).forEach(job -> won.put(job.id(), job));
    }
    inDoubt = worker;
    store.claim(worker, kinds, claims).forEach(job -> won.put(job.id(), job));
    var lost = claims.stream().filter(claim -> !won.containsKey(claim.id())).toList();
    var astray = lost.isEmpty() ? Set.<JobId>of() : strays.among(kinds, lost);
    inDoubt = null;
    live.publish(won.keySet());
    return claims.stream().map(claim -> answer(worker, claim, won, astray)).toList();
  }

  /** Two tickets of one batch may name one job; the first has it. */
  private static Answer answer(
      WorkerId worker, Claim claim, Map<JobId, ClaimedJob> won, Set<JobId> astray) {
    var job = won.remove(claim.id());
    return job == null ? new Lost(astray.contains(claim.id())) : new Won(worker, job);
  }

  /** Asks what waits, for at most {@code atMost}. */
  void close(Duration atMost) {
    batcher.close(atMost);
  }
}
