package dev.offstage.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: coalesces concurrent callers into one SQL round trip. One thread flushes what has
 * gathered while the last flush was under way; a lone caller's item goes at once.
 *
 * <p>The flush must be idempotent: after a failure of unknown outcome (a lost connection, a
 * deadlock) the same batch is sent again until it is answered or {@code patience} is over. A batch
 * that is refused for its data is halved until the culprit stands alone, and only the culprit
 * fails.
 */
public final class Batcher<I, O> implements AutoCloseable {

  /** Bounds of a batcher. */
  public record Limits(int batch, int waiting, Duration patience) {}

  private record Item<I, O>(I input, CompletableFuture<O> answer) {}

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final String name;
  private final Limits limits;
  private final Function<List<I>, List<O>> flush;
  private final LinkedBlockingQueue<Item<I, O>> waiting;
  private final AtomicLong flushes = new AtomicLong();
  private final Thread flusher;
  private volatile boolean closed;

  /**
   * @param flush answers a batch, item by item and in order
   */
  public Batcher(String name, Limits limits, Function<List<I>, List<O>> flush) {
    this.name = name;
    this.limits = limits;
    this.flush = flush;
    this.waiting = new LinkedBlockingQueue<>(limits.waiting());
    this.flusher = Thread.ofPlatform().name("batch-" + name).daemon().start(this::run);
  }

  /**
   * Adds an item to the next batch.
   *
   * @throws RejectedExecutionException if too many wait already, or the batcher is closed
   */
  public CompletableFuture<O> submit(I input) {
    var item = new Item<I, O>(input, new CompletableFuture<>());
    if (closed || !waiting.offer(item)) {
      throw new RejectedExecutionException(
          name + ": " + (closed ? "closed" : limits.waiting() + " items wait already"));
    }
    if (closed && waiting.remove(item)) {
      throw new RejectedExecutionException(name + ": closed");
    }
    return item.answer();
  }

  /** How many round trips were made; for tests and metrics. */
  public long flushes() {
    return flushes.get();
  }

  /** Flushes what waits, then stops. Waits for at most the batcher's patience. */
  @Override
  public void close() {
    closed = true;
    try {
      if (!flusher.join(limits.patience().plus(PAUSE))) {
        flusher.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      flusher.interrupt();
    }
  }

  private void run() {
    try {
      while (!closed || !waiting.isEmpty()) {
        var first = waiting.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          var batch = new ArrayList<Item<I, O>>();
          batch.add(first);
          waiting.drainTo(batch, limits.batch() - 1);
          answer(batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      var left = new ArrayList<Item<I, O>>();
      waiting.drainTo(left);
      left.forEach(
          item ->
              item.answer()
                  .completeExceptionally(new RejectedExecutionException(name + ": closed")));
    }
  }

  private void answer(List<Item<I, O>> batch) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      var failure = attempt(batch);
      if (failure == null) {
        return;
      }
      boolean again =
          Transience.of(failure) && System.nanoTime() - start < limits.patience().toNanos();
      if (!again) {
        refuse(batch, failure);
        return;
      }
      new CompletableFuture<Void>()
          .completeOnTimeout(null, PAUSE.toMillis(), TimeUnit.MILLISECONDS)
          .join();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private @Nullable RuntimeException attempt(List<Item<I, O>> batch) {
    try {
      flushes.incrementAndGet();
      var answers = flush.apply(batch.stream().map(Item::input).toList());
      if (answers.size() != batch.size()) {
        throw new IllegalStateException(
            name + ": " + answers.size() + " answers to " + batch.size() + " items");
      }
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer().complete(answers.get(i));
      }
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private void refuse(List<Item<I, O>> batch, RuntimeException failure)
      throws InterruptedException {
    if (batch.size() == 1 || Transience.of(failure)) {
      batch.forEach(item -> item.answer().completeExceptionally(failure));
      return;
    }
    int half = batch.size() / 2;
    answer(batch.subList(0, half));
    answer(batch.subList(half, batch.size()));
  }
}
