package dev.offstage.worker.execute;

import dev.offstage.client.Announcer;
import dev.offstage.job.JobId;
import dev.offstage.live.LiveUpdates;
import dev.offstage.store.Batcher;
import dev.offstage.store.JobStore;
import dev.offstage.store.Settlement;
import dev.offstage.store.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Writes down how attempts ended, many a round trip. */
final class Settler {
  private record Entry(WorkerId worker, Settlement settlement) {}

  // Never refuses: slots stay taken until their attempts are settled, which bounds what waits here.
  private static final Batcher.Limits LIMITS =
      new Batcher.Limits(500, Integer.MAX_VALUE, Duration.ofDays(1));

  private final JobStore store;
  private final LiveUpdates live;
  private final Announcer announcer;
  private final Batcher<Entry, Boolean> batcher;

  Settler(JobStore store, LiveUpdates live, Announcer announcer) {
    this.store = store;
    this.live = live;
    this.announcer = announcer;
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

  private List<Boolean> flush(List<Entry> entries) {
    var byWorker = new HashMap<WorkerId, List<Settlement>>();
    for (var entry : entries) {
      byWorker.computeIfAbsent(entry.worker, id -> new ArrayList<>()).add(entry.settlement);
    }
    var standing = new HashMap<WorkerId, Set<JobId>>();
    byWorker.forEach(
        (worker, settlements) -> {
          var settled = store.settle(worker, settlements);
          standing.put(worker, settled.standing());
          announcer.announceTouched(settled.touched());
        });
    live.publish(entries.stream().map(entry -> entry.settlement.id()).toList());
    return entries.stream()
        .map(entry -> standing.getOrDefault(entry.worker, Set.of()).contains(entry.settlement.id()))
        .toList();
  }

  /** Asks what waits, for at most {@code atMost}. */
  void close(Duration atMost) {
    batcher.close(atMost);
  }
}
