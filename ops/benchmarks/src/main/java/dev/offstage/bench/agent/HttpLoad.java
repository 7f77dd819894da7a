package dev.offstage.bench.agent;

import dev.offstage.bench.http.HttpConnection;
import dev.offstage.bench.http.JobBodies;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Requests over many connections, each on a virtual thread of its own, as fast as they are answered
 * or at a given rate. At a rate, a request's time counts from when it was to be sent: a server that
 * stalls is charged for those that it kept from being sent, too.
 */
public final class HttpLoad {
  private static final double SECOND = 1e9;

  private final int port;
  private final String key;

  private HttpLoad(int port, String key) {
    this.port = port;
    this.key = key;
  }

  /**
   * @param words the port, and an API key
   */
  public static void main(String[] words) throws IOException {
    var load = new HttpLoad(Integer.parseInt(words[0]), words[1]);
    new Agent()
        .with("peak", load::peak)
        .with("steady", load::steady)
        .with("bulk", load::bulk)
        .serve();
  }

  /** Connections, milliseconds; answers how many requests, and in how many ns. */
  private String peak(List<String> words) throws Exception {
    return Load.total(callers(words, 1, JobBodies::one, new Histogram(3)));
  }

  /** Connections, milliseconds, items a request; answers items, ns, and requests' p50 and p99. */
  private String bulk(List<String> words) throws Exception {
    int items = Load.number(words, 2);
    var times = new ConcurrentHistogram(3);
    var answer =
        Load.total(
            callers(
                words,
                items,
                payload -> JobBodies.lines(Stream.generate(Payload::now).limit(items).toList()),
                times));
    return answer + " " + percentiles(times);
  }

  private interface Body {
    byte[] of(String payload);
  }

  private List<Callable<Integer>> callers(
      List<String> words, int items, Body body, Histogram times) {
    long until = System.nanoTime() + Duration.ofMillis(Load.number(words, 1)).toNanos();
    Callable<Integer> caller =
        () -> {
          int done = 0;
          try (var connection = new HttpConnection(port, key)) {
            for (; System.nanoTime() < until; done += items) {
              long from = System.nanoTime();
              send(connection, body.of(Payload.now()), items);
              times.recordValue(System.nanoTime() - from);
            }
          }
          return done;
        };
    return Stream.generate(() -> caller).limit(Load.number(words, 0)).toList();
  }

  private static void send(HttpConnection connection, byte[] body, int items) throws IOException {
    if (items == 1) {
      connection.post("/v1/jobs", "application/json", body).mustBe(202);
    } else {
      var answer = connection.post("/v1/jobs:batch", "application/x-ndjson", body).mustBe(200);
      JobBodies.requireAllAccepted(answer, items);
    }
  }

  /** Connections, milliseconds, requests a second; answers how many requests, p50 and p99. */
  private String steady(List<String> words) throws Exception {
    int connections = Load.number(words, 0);
    double rate = Load.number(words, 2);
    long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
    int each = Math.max(1, (int) (rate * Load.number(words, 1) / 1_000 / connections));
    var times = new ConcurrentHistogram(3);
    var callers = new ArrayList<Callable<Integer>>();
    for (int n = 0; n < connections; n++) {
      long first = start + (long) (n * SECOND / rate);
      callers.add(() -> pace(first, connections * SECOND / rate, each, times));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return Load.total(callers, threads).split(" ")[0] + " " + percentiles(times);
    }
  }

  private int pace(long first, double interval, int requests, Histogram times) throws IOException {
    try (var connection = new HttpConnection(port, key)) {
      for (int n = 0; n < requests; n++) {
        long at = first + (long) (n * interval);
        for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        send(connection, JobBodies.one(Payload.now()), 1);
        times.recordValue(System.nanoTime() - at);
      }
    }
    return requests;
  }

  private static String percentiles(Histogram times) {
    return times.getValueAtPercentile(50) + " " + times.getValueAtPercentile(99);
  }
}
