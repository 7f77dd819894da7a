package dev.offstage.bench.events;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Phones that send batches of 100 events to one ingest node. */
public final class EventLoad {
  private static final int PHONES = 16;

  /** Made ahead, so that making them costs no time of what is measured. */
  private static final int AHEAD = 4_000;

  private final URI target;
  private final String authorization;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public EventLoad(int port, String writeKey) {
    this.target = URI.create("http://127.0.0.1:" + port + "/v1/batch");
    this.authorization = "Basic " + Base64.getEncoder().encodeToString((writeKey + ":").getBytes());
  }

  /**
   * What came of it.
   *
   * @param accepted events
   * @param refused requests that were told to come again
   */
  public record Sent(long accepted, long refused, long nanos, long p50, long p99) {
    public double rate() {
      return accepted / (nanos / 1e9);
    }
  }

  /** As fast as it goes, until so many events were sent. */
  public Sent flood(long events) throws InterruptedException {
    return run(events / Body.EVENTS, 0);
  }

  /**
   * So many events a second, until so many were sent; late requests count from when they were due.
   */
  public Sent paced(long events, double perSecond) throws InterruptedException {
    return run(events / Body.EVENTS, (long) (1e9 * Body.EVENTS / perSecond));
  }

  private Sent run(long requests, long interval) throws InterruptedException {
    var next = new AtomicLong();
    var refused = new AtomicLong();
    long[] waits = new long[(int) requests];
    var bodies = bodies((int) Math.min(requests, AHEAD));
    long from = System.nanoTime();
    var phones = new ArrayList<Future<?>>();
    try (var threads = Executors.newFixedThreadPool(PHONES)) {
      for (int i = 0; i < PHONES; i++) {
        phones.add(
            threads.submit(
                () -> {
                  for (long n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
                    long due = interval == 0 ? System.nanoTime() : from + n * interval;
                    for (long wait = due - System.nanoTime();
                        wait > 0;
                        wait = due - System.nanoTime()) {
                      LockSupport.parkNanos(wait);
                    }
                    var body = n < bodies.size() ? bodies.get((int) n) : Body.next();
                    if (!send(body)) {
                      refused.incrementAndGet();
                    }
                    waits[(int) n] = System.nanoTime() - due;
                  }
                  return null;
                }));
      }
      for (var phone : phones) {
        phone.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    long nanos = System.nanoTime() - from;
    Arrays.sort(waits);
    return new Sent(
        (requests - refused.get()) * Body.EVENTS,
        refused.get(),
        nanos,
        waits[waits.length / 2],
        waits[(int) (waits.length * 0.99)]);
  }

  private static List<byte[]> bodies(int count) {
    var bodies = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      bodies.add(Body.next());
    }
    return bodies;
  }

  private boolean send(byte[] body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(target)
            .header("Authorization", authorization)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    int status = http.send(request, BodyHandlers.discarding()).statusCode();
    if (status != 200 && status != 429 && status != 503) {
      throw new IOException("answered " + status);
    }
    return status == 200;
  }
}
