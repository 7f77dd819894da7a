package dev.offstage.ingest.asset;

import dev.offstage.blob.BlobStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Removes the bytes of deleted assets, then their rows: those that this node deleted at once, and
 * once a minute what any node left behind when it died. Blobs go first and both steps may be
 * repeated, so that a death between them, and two nodes at the same asset, do no harm.
 */
@Component
class AssetRemoval implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(AssetRemoval.class);
  private static final Duration SWEEP = Duration.ofMinutes(1);
  private static final int PAGE = 200;

  private final AssetStore assets;
  private final BlobStore blobs;
  // Bounded: what does not fit is swept.
  private final BlockingQueue<UUID> soon = new ArrayBlockingQueue<>(10_000);
  private volatile boolean running;
  private Thread thread = Thread.currentThread();

  AssetRemoval(AssetStore assets, BlobStore blobs) {
    this.assets = assets;
    this.blobs = blobs;
  }

  void removeSoon(UUID asset) {
    if (!soon.offer(asset)) {
      log.debug("Asset {} is left to the sweep", asset);
    }
  }

  /** Removes everything that was deleted more than a minute ago. */
  void sweep() {
    var last = new UUID(0, 0);
    List<UUID> page;
    do {
      page = assets.deleted(last, PAGE);
      page.forEach(this::remove);
      last = page.isEmpty() ? last : page.getLast();
    } while (running && page.size() == PAGE);
  }

  private void remove(UUID asset) {
    try {
      for (var blob : assets.blobsOfDeleted(asset)) {
        blobs.delete(blob);
      }
      assets.forget(asset);
    } catch (IOException | RuntimeException e) {
      log.warn("Deleted asset {} is not removed yet; the sweep tries again", asset, e);
    }
  }

  private void loop() {
    long sweepAt = System.nanoTime();
    try {
      while (running) {
        long left = sweepAt - System.nanoTime();
        var asset = left > 0 ? soon.poll(left, TimeUnit.NANOSECONDS) : null;
        if (asset != null) {
          remove(asset);
        } else {
          trySweep();
          sweepAt = System.nanoTime() + SWEEP.toNanos();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void trySweep() {
    try {
      sweep();
    } catch (RuntimeException e) {
      log.warn("Deleted assets are not swept; will try again: {}", e.toString());
    }
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofVirtual().name("asset-removal").start(this::loop);
  }

  @Override
  public void stop() {
    running = false;
    thread.interrupt();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
