package dev.offstage.live;

import dev.offstage.job.JobId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Live updates over one Redis channel. A message is the sender's node id and up to {@value #BATCH}
 * job ids, 16 bytes each. A process listens from its first watcher on: workers, who have none, do
 * not pay for what the others say.
 *
 * <p>One thread publishes and one keeps the subscription; neither a caller nor the start of the
 * application waits for Redis. What is published while it is away is dropped, but for the watchers
 * in this process. Lettuce subscribes again by itself after a connection was lost.
 */
final class RedisLiveUpdates implements LiveUpdates, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RedisLiveUpdates.class);
  private static final byte[] CHANNEL = "offstage.live.jobs".getBytes(StandardCharsets.US_ASCII);
  private static final int BATCH = 1_000;
  private static final int ID_BYTES = 16;
  private static final int MAX_WAITING = 20_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** From one message to the next: under load each tells of many jobs, and of each job once. */
  private static final Duration BEAT = Duration.ofMillis(50);

  private final RedisConnectionFactory redis;
  private final UUID node = UUID.randomUUID();
  private final Watchers watchers = new Watchers();
  private final CountDownLatch watched = new CountDownLatch(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition never = lock.newCondition();
  private final Set<JobId> waiting = new LinkedHashSet<>();
  private volatile boolean running;
  private List<Thread> threads = List.of();
  // Of the publishing thread.
  private boolean away;
  private long againAt;

  RedisLiveUpdates(RedisConnectionFactory redis) {
    this.redis = redis;
  }

  @Override
  public void publish(Collection<JobId> jobs) {
    lock.lock();
    try {
      // Full: the oldest hints stay, these are found by polling.
      if (waiting.size() + jobs.size() <= MAX_WAITING) {
        waiting.addAll(jobs);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Subscription subscribe(JobId job, Runnable onChange) {
    watched.countDown();
    return watchers.add(job, onChange);
  }

  @Override
  public void start() {
    running = true;
    threads =
        List.of(
            Thread.ofVirtual().name("live-publish").start(this::publishLoop),
            Thread.ofVirtual().name("live-subscribe").start(this::subscribeLoop));
  }

  @Override
  public void stop() {
    running = false;
    threads.forEach(Thread::interrupt);
    try {
      for (var thread : threads) {
        thread.join(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void publishLoop() {
    try {
      while (running) {
        var batch = next();
        watchers.tell(batch);
        send(batch);
        pause(BEAT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<JobId> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty()) {
        changed.await();
      }
      var batch = new ArrayList<JobId>();
      for (var each = waiting.iterator(); each.hasNext() && batch.size() < BATCH; ) {
        batch.add(each.next());
        each.remove();
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void send(List<JobId> batch) throws InterruptedException {
    if (away && System.nanoTime() - againAt < 0) {
      return;
    }
    try (var connection = redis.getConnection()) {
      connection.publish(CHANNEL, encode(batch));
      if (away) {
        away = false;
        log.info("Redis is back: live updates are told at once again");
      }
    } catch (RuntimeException e) {
      againAt = System.nanoTime() + PAUSE.toNanos();
      if (!away) {
        away = true;
        log.warn("Redis is away: live updates come by polling meanwhile ({})", e.toString());
      }
      if (!running) {
        throw new InterruptedException();
      }
    }
  }

  private byte[] encode(List<JobId> batch) {
    var message = ByteBuffer.allocate(ID_BYTES * (1 + batch.size()));
    put(message, node);
    batch.forEach(job -> put(message, job.value()));
    return message.array();
  }

  private static void put(ByteBuffer message, UUID id) {
    message.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  private static UUID take(ByteBuffer message) {
    return new UUID(message.getLong(), message.getLong());
  }

  private void subscribeLoop() {
    RedisConnection connection = null;
    try {
      watched.await();
      while (running) {
        if (connection == null) {
          connection = subscribed();
        }
        pause(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(connection);
    }
  }

  private @Nullable RedisConnection subscribed() {
    RedisConnection connection = null;
    try {
      connection = redis.getConnection();
      connection.subscribe((message, pattern) -> receive(message), CHANNEL);
      return connection;
    } catch (RuntimeException e) {
      log.debug("Cannot subscribe", e);
      close(connection);
      return null;
    }
  }

  private void receive(Message message) {
    var body = ByteBuffer.wrap(message.getBody());
    if (body.remaining() == 0 || body.remaining() % ID_BYTES != 0) {
      log.warn("A live update of {} bytes is not such as Offstage sends", body.remaining());
      return;
    }
    if (watchers.none() || take(body).equals(node)) {
      return; // what comes from here was told when it was published
    }
    var jobs = new ArrayList<JobId>(body.remaining() / ID_BYTES);
    while (body.hasRemaining()) {
      jobs.add(new JobId(take(body)));
    }
    watchers.tell(jobs);
  }

  private void pause(Duration time) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = time.toNanos();
      while (running && left > 0) {
        left = never.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void close(@Nullable RedisConnection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (RuntimeException e) {
      log.debug("Cannot close", e);
    }
  }
}
