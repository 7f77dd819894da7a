package dev.offstage.scheduler.lead;

import dev.offstage.store.Db;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Does something over and over on a thread of its own, while this node leads it. */
public final class Loop {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);

  /** What is done. */
  public interface Round {
    /**
     * @param db the leader's connection; to be used on this thread
     * @return how long to rest at most
     */
    Duration run(Db db) throws InterruptedException;
  }

  private final String name;
  private final DataSource dataSource;
  private final Duration standby;
  private final Round round;
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean running;
  private @Nullable Duration patience;
  private @Nullable Thread thread;

  /**
   * @param name of what is led, over the cluster
   * @param standby how often to try to lead, and to go on after a failure
   */
  public Loop(String name, DataSource dataSource, Duration standby, Round round) {
    this.name = name;
    this.dataSource = dataSource;
    this.standby = standby;
    this.round = round;
  }

  /**
   * Lets its statements take so long. Else they are taken for such as read a few rows by an index,
   * and a connection that is silent for a minute is given up.
   */
  public Loop patient(Duration atMost) {
    patience = atMost;
    return this;
  }

  /** Ends the rest under way, or the next one. */
  public void wake() {
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  public void start() {
    running = true;
    thread = Thread.ofVirtual().name(name).start(this::run);
  }

  public void stop() {
    running = false;
    var started = thread;
    thread = null;
    if (started != null) {
      started.interrupt();
      try {
        started.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public boolean isRunning() {
    return thread != null;
  }

  private void run() {
    while (running) {
      try (var leadership = Leadership.take(dataSource, name, patience)) {
        if (leadership != null) {
          log.info("Leading {}", name);
          lead(leadership.db());
        }
      } catch (SQLException | DataAccessException e) {
        if (running) {
          log.warn("Lost {}, trying again: {}", name, e.getMessage());
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        log.error("{} failed, trying again", name, e);
      }
      // The interrupt that ended a round is spent.
      if (!running || !rested(standby)) {
        return;
      }
    }
  }

  /** Ends when PostgreSQL, and with it the leadership, is lost. */
  private void lead(Db db) throws InterruptedException {
    while (running) {
      var rest = round.run(db);
      if (rest.isPositive() && !rested(rest)) {
        return;
      }
    }
  }

  private boolean rested(Duration atMost) {
    try {
      if (wake.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        wake.drainPermits();
      }
      return running;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
