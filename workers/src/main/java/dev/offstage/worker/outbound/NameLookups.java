package dev.offstage.worker.outbound;

import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks names up on threads of the operating system, so that a name whose server does not answer
 * holds neither a carrier of virtual threads nor its caller: a lookup cannot be interrupted, a wait
 * for one can. Whoever asks for a name that is being looked up shares the answer, so that a dead
 * name holds one thread; and one tenant's names, however many of them are dead, hold no more than a
 * quarter of all.
 */
final class NameLookups implements AutoCloseable {
  private static final int MAX_WAITING = 1_000;
  private static final long IDLE_SECONDS = 30;

  /** Asks the system. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final Resolver resolver;
  private final ExecutorService threads;
  private final Shares shares;
  private final Map<String, CompletableFuture<InetAddress[]>> underWay = new ConcurrentHashMap<>();

  NameLookups(Resolver resolver, int threads) {
    this.resolver = resolver;
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().name("lookup-", 1).daemon().factory());
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
    this.shares = new Shares(Math.max(1, threads / 4));
  }

  /**
   * Waits for as long as it takes, or until the thread is interrupted.
   *
   * @param tenant who asks; empty for nobody, who has no share
   * @throws UnknownHostException if the name has no address
   * @throws RejectedExecutionException if too many lookups wait
   * @throws InterruptedIOException if the thread was interrupted
   */
  InetAddress[] resolve(String tenant, String host)
      throws UnknownHostException, InterruptedIOException {
    try {
      var now = underWay.get(host);
      return (now == null ? started(tenant, host) : now).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + host + " was looked up");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("the lookup of " + host + " failed", e.getCause());
    }
  }

  private CompletableFuture<InetAddress[]> started(String tenant, String host)
      throws InterruptedException {
    var share = shares.enter(tenant);
    boolean mine = false;
    try {
      var answer = new CompletableFuture<InetAddress[]>();
      var other = underWay.putIfAbsent(host, answer);
      if (other != null) {
        return other;
      }
      execute(host, answer, share);
      mine = true;
      return answer;
    } finally {
      if (!mine) {
        share.close();
      }
    }
  }

  private void execute(String host, CompletableFuture<InetAddress[]> answer, Shares.Place share) {
    try {
      threads.execute(
          () -> {
            try (share) {
              lookUp(host, answer);
            }
          });
    } catch (RejectedExecutionException e) {
      underWay.remove(host, answer);
      answer.completeExceptionally(new UnknownHostException("too many names are being looked up"));
      throw e;
    }
  }

  private void lookUp(String host, CompletableFuture<InetAddress[]> answer) {
    try {
      var addresses = resolver.resolve(host);
      underWay.remove(host, answer);
      answer.complete(addresses);
    } catch (UnknownHostException | RuntimeException e) {
      underWay.remove(host, answer);
      answer.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
