package dev.offstage.ingest.upload;

import dev.offstage.blob.BlobStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Once a minute finishes what a dead process left unfinished and removes what has passed its time.
 * Any number of nodes may sweep at once.
 */
@Component
class UploadSweep implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(UploadSweep.class);
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final int BATCH = 100;

  private final UploadStore store;
  private final BlobStore blobs;
  private final UploadFinish finish;
  private volatile CountDownLatch stopped = new CountDownLatch(0);

  UploadSweep(UploadStore store, BlobStore blobs, UploadFinish finish) {
    this.store = store;
    this.blobs = blobs;
    this.finish = finish;
  }

  @Override
  public void start() {
    var stop = new CountDownLatch(1);
    stopped = stop;
    Thread.ofVirtual().name("upload-sweep").start(() -> loop(stop));
  }

  private void loop(CountDownLatch stop) {
    try {
      do {
        try {
          sweep();
        } catch (RuntimeException e) {
          log.warn("Uploads are swept later: {}", e.toString());
        }
      } while (!stop.await(jittered(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long jittered() {
    return EVERY.toMillis() * 3 / 4 + ThreadLocalRandom.current().nextLong(EVERY.toMillis() / 2);
  }

  void sweep() {
    each(store.unfinished(BATCH), finish::finish);
    List<Upload> expired;
    do {
      expired = store.expire(BATCH);
      each(expired, this::deleteBytes);
    } while (expired.size() == BATCH);
    // The second deletion: a writer on another node may have written until it noticed.
    each(
        store.forgettable(BATCH),
        upload -> {
          deleteBytes(upload);
          store.forget(upload.id());
        });
  }

  /** What became of a complete upload owns its bytes. */
  private void deleteBytes(Upload upload) throws IOException {
    if (upload.asset() == null) {
      blobs.delete(upload.blob());
    }
  }

  /** One upload's trouble must not keep the others from their turn. */
  private static void each(List<Upload> uploads, Work work) {
    for (var upload : uploads) {
      try {
        work.on(upload);
      } catch (IOException | RuntimeException e) {
        log.warn("Upload {} is swept later: {}", upload.id(), e.toString());
      }
    }
  }

  @FunctionalInterface
  private interface Work {
    void on(Upload upload) throws IOException;
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  @Override
  public boolean isRunning() {
    return stopped.getCount() > 0;
  }
}
