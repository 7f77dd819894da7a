package dev.offstage.worker.outbound;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** So many places for each tenant, of what there is for all. */
final class Shares {
  private final int places;
  private final ConcurrentHashMap<String, Share> tenants = new ConcurrentHashMap<>();

  Shares(int places) {
    this.places = places;
  }

  /** A tenant's places, for as long as somebody has one or waits for one. */
  private static final class Share {
    private final Semaphore free;
    private int users; // only within the map's compute

    private Share(int places) {
      this.free = new Semaphore(places, true);
    }
  }

  /** A place that was taken. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits until one of the tenant's places is free.
   *
   * @param tenant empty for nobody, who has a place always
   */
  Place enter(String tenant) throws InterruptedException {
    if (tenant.isEmpty()) {
      return () -> {};
    }
    var share =
        tenants.compute(
            tenant,
            (name, there) -> {
              var one = there == null ? new Share(places) : there;
              one.users++;
              return one;
            });
    try {
      share.free.acquire();
    } catch (InterruptedException e) {
      leave(tenant);
      throw e;
    }
    return () -> {
      share.free.release();
      leave(tenant);
    };
  }

  private void leave(String tenant) {
    tenants.computeIfPresent(tenant, (name, share) -> --share.users == 0 ? null : share);
  }
}
