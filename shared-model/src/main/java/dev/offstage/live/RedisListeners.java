package dev.offstage.live;

import dev.offstage.job.JobId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** A key a job, which expires. One thread writes; what it cannot keep up with is dropped. */
final class RedisListeners implements Listeners, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RedisListeners.class);
  private static final String KEY = "offstage.live.listener.";
  private static final byte[] VALUE = {'1'};
  private static final int MAX_WAITING = 1_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private record Note(List<JobId> jobs, boolean listening) {}

  private final RedisConnectionFactory redis;
  private final BlockingQueue<Note> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private volatile CountDownLatch stopped = new CountDownLatch(0);

  RedisListeners(RedisConnectionFactory redis) {
    this.redis = redis;
  }

  @Override
  public void listening(Collection<JobId> jobs) {
    if (!jobs.isEmpty()) {
      var unused = waiting.offer(new Note(List.copyOf(jobs), true));
    }
  }

  @Override
  public void gone(JobId job) {
    var unused = waiting.offer(new Note(List.of(job), false));
  }

  @Override
  public boolean isListening(JobId job) {
    try (var connection = redis.getConnection()) {
      return Boolean.TRUE.equals(connection.keyCommands().exists(key(job)));
    } catch (RuntimeException e) {
      log.debug("Who listens is not known", e);
      return false;
    }
  }

  private static byte[] key(JobId job) {
    return (KEY + job).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void start() {
    var stop = new CountDownLatch(1);
    stopped = stop;
    Thread.ofVirtual().name("live-listeners").start(() -> loop(stop));
  }

  private void loop(CountDownLatch stop) {
    try {
      while (stop.getCount() > 0) {
        var note = waiting.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (note != null && !write(note)) {
          waiting.clear(); // old news by the time that Redis is back
          var unused = stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean write(Note note) {
    try (var connection = redis.getConnection()) {
      write(connection, note);
      return true;
    } catch (RuntimeException e) {
      log.debug("Who listens cannot be told", e);
      return false;
    }
  }

  private static void write(RedisConnection connection, Note note) {
    connection.openPipeline();
    for (var job : note.jobs()) {
      if (note.listening()) {
        connection.stringCommands().setEx(key(job), HOLDS.toSeconds(), VALUE);
      } else {
        connection.keyCommands().del(key(job));
      }
    }
    connection.closePipeline();
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
