package dev.offstage.ingest.push;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Now and then forgets lists that have had their time. Any number of nodes may sweep at once. */
@Component
class AudienceSweep implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(AudienceSweep.class);
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final int BATCH = 10;

  /** No body takes so long: the connection's time-out ends one that stalls. */
  private static final Duration CUT_OFF = Duration.ofDays(1);

  private final AudienceStore store;
  private final AudienceProperties properties;
  private volatile CountDownLatch stopped = new CountDownLatch(0);

  AudienceSweep(AudienceStore store, AudienceProperties properties) {
    this.store = store;
    this.properties = properties;
  }

  @Override
  public void start() {
    var stop = new CountDownLatch(1);
    stopped = stop;
    Thread.ofVirtual().name("audience-sweep").start(() -> loop(stop));
  }

  private void loop(CountDownLatch stop) {
    try {
      while (!stop.await(jittered(), TimeUnit.MILLISECONDS)) {
        try {
          sweep();
        } catch (RuntimeException e) {
          log.warn("Lists for push are swept later: {}", e.toString());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long jittered() {
    return EVERY.toMillis() * 3 / 4 + ThreadLocalRandom.current().nextLong(EVERY.toMillis() / 2);
  }

  void sweep() {
    while (store.forget(CUT_OFF, properties.keep(), BATCH) == BATCH) {
      // and the next batch
    }
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
