package dev.offstage.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: coalesces concurrent callers into one SQL round trip. One thread flushes what has
 * gathered while the last flush was under way; a lone caller's item goes at once. Callers whom the
 * last flush has just answered mostly come again at once, and are awaited for a moment.
 *
 * <p>The flush must be idempotent: after a failure of unknown outcome (a lost connection, a
 * deadlock) the same batch is sent again until it is answered or {@code patience} is over. A batch
 * that is refused for its data is halved until the culprit stands alone, and only the culprit
 * fails.
 */
public final class Batcher<I, O> implements AutoCloseable {

  /** Bounds of a batcher. */
  public record Limits(int batch, int waiting, Duration patience) {}

  private static final Logger log = LoggerFactory.getLogger(Batcher.class);

  private record Item<I, O>(I input, CompletableFuture<O> answer) {}

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** For how long a flush awaits as many as the last had. */
  private static final long GATHER_NANOS = 200_000;

  private final String name;
  private final Limits limits;
  private final Function<List<I>, List<O>> flush;
  private final Consumer<List<I>> afterwards;
  private final LinkedBlockingQueue<Item<I, O>> waiting;
  private final Thread flusher;
  private final CountDownLatch hurry = new CountDownLatch(1);
  private volatile boolean closed;

  /**
   * @param flush answers a batch, item by item and in order
   */
  public Batcher(String name, Limits limits, Function<List<I>, List<O>> flush) {
    this(name, limits, flush, batch -> {});
  }

  /**
   * @param flush answers a batch, item by item and in order
   * @param afterwards what is to follow once a batch has been answered, which no caller waits for
   */
  public Batcher(
      String name, Limits limits, Function<List<I>, List<O>> flush, Consumer<List<I>> afterwards) {
    this.name = name;
    this.limits = limits;
    this.flush = flush;
    this.afterwards = afterwards;
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

  /** Flushes what waits, then stops, within the batcher's patience. */
  @Override
  public void close() {
    close(limits.patience());
  }

  /** Flushes what waits, then stops; what is not answered within {@code atMost} fails. */
  public void close(Duration atMost) {
    closed = true;
    try {
      if (!flusher.join(atMost.plus(PAUSE))) {
        hurry.countDown();
        flusher.join();
      }
    } catch (InterruptedException e) {
      hurry.countDown();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    int expected = 1;
    try {
      while (!closed || !waiting.isEmpty()) {
        var first = waiting.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          gather(expected - 1);
          var batch = new ArrayList<Item<I, O>>();
          batch.add(first);
          waiting.drainTo(batch, limits.batch() - 1);
          expected = batch.size();
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

  /** A sleep would be longer than the wait is worth, so this thread only lets others go first. */
  private void gather(int others) {
    long start = System.nanoTime();
    while (waiting.size() < others && System.nanoTime() - start < GATHER_NANOS) {
      Thread.yield();
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
      if (hurry.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        refuse(batch, failure);
        return;
      }
    }
  }

  private @Nullable RuntimeException attempt(List<Item<I, O>> batch) {
    var inputs = batch.stream().map(Item::input).toList();
    try {
      var answers = flush.apply(inputs);
      if (answers.size() != batch.size()) {
        throw new IllegalStateException(
            name + ": " + answers.size() + " answers to " + batch.size() + " items");
      }
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer().complete(answers.get(i));
      }
    } catch (RuntimeException e) {
      return e;
    }
    try {
      afterwards.accept(inputs);
    } catch (RuntimeException e) {
      log.error("{}: what follows a batch of {} has failed", name, inputs.size(), e);
    }
    return null;
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
