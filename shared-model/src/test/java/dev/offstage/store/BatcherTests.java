package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;

class BatcherTests {
  private static final Batcher.Limits LIMITS =
      new Batcher.Limits(100, 1_000, Duration.ofSeconds(10));

  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());

  private List<Integer> doubled(List<Integer> batch) {
    batches.add(List.copyOf(batch));
    return batch.stream().map(n -> 2 * n).toList();
  }

  @Test
  void aLoneCallerIsAnsweredAtOnce() {
    try (var batcher = new Batcher<Integer, Integer>("test", LIMITS, this::doubled)) {
      assertThat(batcher.submit(21).join()).isEqualTo(42);
    }
    assertThat(batches).containsExactly(List.of(21));
  }

  @Test
  void whatGathersDuringAFlushGoesInOneBatch() {
    var flushing = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var batcher =
        new Batcher<Integer, Integer>(
            "test",
            LIMITS,
            batch -> {
              flushing.countDown();
              await(go);
              return doubled(batch);
            })) {
      var first = batcher.submit(0);
      await(flushing);
      var others = IntStream.rangeClosed(1, 50).mapToObj(batcher::submit).toList();
      go.countDown();

      assertThat(first.join()).isZero();
      assertThat(others.stream().map(CompletableFuture::join))
          .isEqualTo(IntStream.rangeClosed(1, 50).mapToObj(n -> 2 * n).toList());
    }
    assertThat(batches).hasSize(2);
  }

  @Test
  void noCallerWaitsForWhatFollowsNorFailsWithIt() {
    var answered = new CountDownLatch(1);
    var followed = new CountDownLatch(1);
    try (var batcher =
        new Batcher<Integer, Integer>(
            "test",
            LIMITS,
            this::doubled,
            batch -> {
              await(answered);
              followed.countDown();
              throw new IllegalStateException("the broker is away");
            })) {
      assertThat(batcher.submit(1).join()).isEqualTo(2);
      answered.countDown();
      await(followed);
      assertThat(batcher.submit(2).join()).isEqualTo(4);
    }
    assertThat(batches).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void oneBadItemOfManyFailsAlone() {
    try (var batcher =
        new Batcher<Integer, Integer>(
            "test",
            LIMITS,
            batch -> {
              if (batch.contains(13)) {
                throw new DataIntegrityViolationException("13");
              }
              return doubled(batch);
            })) {
      var answers = IntStream.range(0, 100).mapToObj(batcher::submit).toList();
      for (int n = 0; n < 100; n++) {
        var answer = answers.get(n);
        if (n == 13) {
          assertThatThrownBy(answer::join)
              .hasCauseInstanceOf(DataIntegrityViolationException.class);
        } else {
          assertThat(answer.join()).isEqualTo(2 * n);
        }
      }
    }
  }

  @Test
  void aDeadlockIsTriedAgain() {
    var tries = new AtomicInteger();
    try (var batcher =
        new Batcher<Integer, Integer>(
            "test",
            LIMITS,
            batch -> {
              if (tries.incrementAndGet() < 3) {
                throw new CannotAcquireLockException("deadlock");
              }
              return doubled(batch);
            })) {
      assertThat(batcher.submit(1).join()).isEqualTo(2);
    }
    assertThat(tries).hasValue(3);
  }

  @Test
  void patienceEnds() {
    var limits = new Batcher.Limits(100, 1_000, Duration.ZERO);
    try (var batcher =
        new Batcher<Integer, Integer>(
            "test",
            limits,
            batch -> {
              throw new CannotAcquireLockException("away");
            })) {
      assertThatThrownBy(batcher.submit(1)::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(CannotAcquireLockException.class);
    }
  }

  @Test
  void aFullBatcherRefuses() {
    var go = new CountDownLatch(1);
    var flushing = new CountDownLatch(1);
    try (var batcher =
        new Batcher<Integer, Integer>(
            "test",
            new Batcher.Limits(1, 2, Duration.ofSeconds(1)),
            batch -> {
              flushing.countDown();
              await(go);
              return doubled(batch);
            })) {
      var first = batcher.submit(1);
      await(flushing);
      var second = batcher.submit(2);
      var third = batcher.submit(3);
      assertThatThrownBy(() -> batcher.submit(4)).isInstanceOf(RejectedExecutionException.class);
      go.countDown();
      assertThat(List.of(first.join(), second.join(), third.join())).containsExactly(2, 4, 6);
    }
  }

  @Test
  void closingFlushesWhatWaitsAndRefusesTheRest() {
    var batcher = new Batcher<Integer, Integer>("test", LIMITS, this::doubled);
    var answers = IntStream.range(0, 10).mapToObj(batcher::submit).toList();
    batcher.close();

    assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
    assertThatThrownBy(() -> batcher.submit(1)).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void closingGivesUpOnWhatCannotBeAnswered() {
    var batcher =
        new Batcher<Integer, Integer>(
            "test",
            new Batcher.Limits(10, 10, Duration.ofDays(1)),
            batch -> {
              throw new CannotAcquireLockException("away");
            });
    var answer = batcher.submit(1);
    batcher.close(Duration.ZERO);

    assertThat(answer).isCompletedExceptionally();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
