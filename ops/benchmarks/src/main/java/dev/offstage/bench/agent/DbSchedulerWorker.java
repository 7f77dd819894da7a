package dev.offstage.bench.agent;

import com.github.kagkarlsson.scheduler.Scheduler;
import java.io.IOException;
import java.time.Duration;

/**
 * db-scheduler as its page on performance has it on machines of two cores: lock-and-fetch with 20
 * threads, 4.0 and 20.0. Polls each second (by default each 10 s), for the sake of its latency.
 */
public final class DbSchedulerWorker {
  private static final int THREADS = 20;
  private static final Duration SHORT = Duration.ofMinutes(1);
  private static final int MISSED = 6;
  private static final int FEWEST_MISSED = 4;
  private static final double LOWER = 4;
  private static final double UPPER = 20;

  private DbSchedulerWorker() {}

  /**
   * @param words the URL, and the milliseconds from one heartbeat to the next
   */
  public static void main(String[] words) throws IOException {
    var agent = new Agent();
    var crew = new Crew(() -> start(words[0], Duration.ofMillis(Long.parseLong(words[1]))));
    DbSchedulerTask.HANDLED.addTo(crew.addTo(agent)).serve();
  }

  private static AutoCloseable start(String url, Duration heartbeat) {
    var database = Databases.connect(url);
    var scheduler =
        Scheduler.create(database, DbSchedulerTask.WORK)
            .threads(THREADS)
            .pollingInterval(Duration.ofSeconds(1))
            .heartbeatInterval(heartbeat)
            .missedHeartbeatsLimit(heartbeat.compareTo(SHORT) < 0 ? FEWEST_MISSED : MISSED)
            .pollUsingLockAndFetch(LOWER, UPPER)
            .build();
    scheduler.start();
    return () -> {
      scheduler.stop();
      database.close();
    };
  }
}
