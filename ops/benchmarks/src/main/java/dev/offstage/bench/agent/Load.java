package dev.offstage.bench.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Callers, each on a virtual thread, that enqueue jobs. */
final class Load {
  private static final int PACED_AT_ONCE = 2_000;

  private final Enqueuer enqueuer;
  private final int chunk;

  /**
   * @param chunk how many jobs a caller gives at once where it has many
   */
  Load(Enqueuer enqueuer, int chunk) {
    this.enqueuer = enqueuer;
    this.chunk = chunk;
  }

  /** Adds what this can do to an agent. */
  Agent addTo(Agent agent) {
    return agent
        .with("enqueue", words -> enqueue(number(words, 0), number(words, 1)))
        .with("bulk", words -> bulk(number(words, 0), number(words, 1)))
        .with("later", words -> later(number(words, 0)))
        .with("paced", words -> paced(number(words, 0), number(words, 1)));
  }

  static int number(List<String> words, int at) {
    return Integer.parseInt(words.get(at));
  }

  /** Callers that enqueue one job after the other; answers how many and in how many ns. */
  private String enqueue(int callers, int millis) throws Exception {
    long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    Callable<Integer> caller =
        () -> {
          int jobs = 0;
          for (; System.nanoTime() < until; jobs++) {
            enqueuer.enqueue(Payload.now());
          }
          return jobs;
        };
    return total(Stream.generate(() -> caller).limit(callers).toList());
  }

  /** Callers that share out so many jobs, and give many at once. */
  private String bulk(int callers, int jobs) throws Exception {
    var each = new ArrayList<Callable<Integer>>();
    for (int n = 0; n < callers; n++) {
      int share = jobs / callers + (n < jobs % callers ? 1 : 0);
      each.add(() -> giveMany(share));
    }
    return total(each);
  }

  private String later(int jobs) throws Exception {
    for (int n = 0; n < jobs; n++) {
      enqueuer.enqueueLater(Payload.now());
    }
    return "";
  }

  private int giveMany(int jobs) throws Exception {
    for (int given = 0; given < jobs; given += chunk) {
      var now = Stream.generate(Payload::now).limit(Math.min(chunk, jobs - given)).toList();
      enqueuer.enqueueAll(now);
    }
    return jobs;
  }

  /** Runs callers at once; answers what they come to, and in how many ns. */
  static String total(List<Callable<Integer>> callers) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return total(callers, threads);
    }
  }

  static String total(List<Callable<Integer>> callers, ExecutorService threads) throws Exception {
    long from = System.nanoTime();
    long jobs = 0;
    for (var caller : threads.invokeAll(callers)) {
      jobs += caller.get();
    }
    return jobs + " " + (System.nanoTime() - from);
  }

  /**
   * One job each {@code micros}, whether or not the one before it is committed; but after a stall
   * only so many at once, until it has caught up.
   */
  private String paced(int jobs, int micros) throws Exception {
    var room = new Semaphore(PACED_AT_ONCE);
    Callable<Void> one =
        () -> {
          try {
            enqueuer.enqueue(Payload.now());
          } finally {
            room.release();
          }
          return null;
        };
    var given = new ArrayList<Future<Void>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      for (int n = 0; n < jobs; n++) {
        awaitTime(start + TimeUnit.MICROSECONDS.toNanos((long) n * micros));
        room.acquire();
        given.add(threads.submit(one));
      }
      for (var each : given) {
        each.get();
      }
    }
    return Integer.toString(jobs);
  }

  private static void awaitTime(long nanoTime) {
    for (long left = 1; left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
