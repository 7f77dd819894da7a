package dev.offstage.worker.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.destination.DestinationRule;
import dev.offstage.job.DestinationName;
import dev.offstage.job.JobId;
import dev.offstage.job.Outcome;
import dev.offstage.job.Rate;
import dev.offstage.worker.destination.Called.Answered;
import dev.offstage.worker.destination.Called.NotNow;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.TestContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DestinationsTests {
  private static final Verdict DOWN = new Verdict.Unhealthy("answered 503");

  private final DestinationName name = DestinationName.of("host", "acme", "example.com");
  private final AtomicInteger calls = new AtomicInteger();
  private Instant now = Instant.parse("2026-11-25T20:00:00Z");
  private final InstantSource clock = () -> now;
  private final FakeGates gates = new FakeGates(clock);
  private final JobId job = TestContext.job();
  private final JobContext context = TestContext.of(job, "acme");
  private Optional<Duration> quota = Optional.of(Duration.ZERO);
  private final Destinations worker = worker();
  private final Destinations other = worker();

  private Destinations worker() {
    return new Destinations(
        gates, (what, rate, permits) -> quota, clock, new SimpleMeterRegistry());
  }

  private Called<Integer> call(Destinations from, Verdict verdict) throws Exception {
    return from.call(name, context, limit -> calls.incrementAndGet(), answer -> verdict);
  }

  private boolean isCalled(Destinations from, Verdict verdict) throws Exception {
    return call(from, verdict) instanceof Answered;
  }

  private void rule(@Nullable Integer atOnce, @Nullable Duration timeLimit, @Nullable Rate rate) {
    gates.rules.add(
        new DestinationRule("*", atOnce, timeLimit, rate, null, null, null, null, null, null));
    look(worker);
  }

  /** As often as a worker does in four seconds. */
  private static void look(Destinations worker) {
    for (int i = 0; i < 4; i++) {
      worker.look();
    }
  }

  /** All workers look each second. */
  private void pass(Duration time) {
    now = now.plus(time);
    worker.look();
    other.look();
  }

  private void breakIt() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(isCalled(worker, DOWN)).isTrue();
    }
    other.look();
  }

  @Test
  void whatFailsIsShutForTheWholeClusterAndBurnsNoAttempt() throws Exception {
    breakIt();

    for (var from : new Destinations[] {worker, other}) {
      assertThat(call(from, Verdict.HEALTHY))
          .isInstanceOfSatisfying(
              NotNow.class,
              refused -> {
                assertThat(refused.outcome()).isInstanceOf(Outcome.Snooze.class);
                assertThat(refused.why()).contains("host:acme/example.com", "answered 503");
              });
    }
    assertThat(calls).hasValue(5);
    assertThat(gates.labels).containsEntry(job, name);
  }

  @Test
  void whatWorksMostOfTheTimeStaysOpen() throws Exception {
    for (int i = 0; i < 60; i++) {
      assertThat(isCalled(worker, i % 3 == 0 ? DOWN : Verdict.HEALTHY)).isTrue();
    }
  }

  @Test
  void anHoursOutageIsTriedNowAndThenAndOverWithTheFirstSuccess() throws Exception {
    breakIt();
    int tried = 0;
    for (int minute = 0; minute < 60; minute++) {
      pass(Duration.ofMinutes(1));
      if (isCalled(minute % 2 == 0 ? worker : other, DOWN)) {
        tried++;
        worker.look();
        other.look();
        assertThat(isCalled(worker, DOWN)).as("one probe at a time").isFalse();
      }
    }
    assertThat(tried).isBetween(8, 20);

    pass(Duration.ofMinutes(6));
    assertThat(isCalled(other, Verdict.HEALTHY)).isTrue();

    assertThat(gates.troubled()).isEmpty();
    assertThat(isCalled(other, Verdict.HEALTHY)).isTrue();
    assertThat(isCalled(worker, Verdict.HEALTHY)).as("the gate says so before it looks").isTrue();
  }

  @Test
  void aDestinationThatAsksForAPauseGetsItAndIsThenOpenForAll() throws Exception {
    call(worker, new Verdict.SlowDown(Duration.ofSeconds(90), "answered 429"));
    assertThat(gates.find(name).orElseThrow().reason()).isEqualTo("answered 429");
    worker.look();
    assertThat(isCalled(worker, Verdict.HEALTHY)).isFalse();

    pass(Duration.ofSeconds(91));
    gates.open(name); // as the gate does itself once somebody waits there
    worker.look();

    assertThat(isCalled(worker, Verdict.HEALTHY)).isTrue();
  }

  @Test
  void anotherDestinationIsNotConcerned() throws Exception {
    breakIt();
    var elsewhere = DestinationName.of("host", "acme", "other.example.com");
    assertThat(worker.call(elsewhere, context, limit -> 1, answer -> Verdict.HEALTHY))
        .isInstanceOf(Answered.class);
  }

  @Test
  void aSpentQuotaRestsTheDestinationUntilThereIsSomeAgain() throws Exception {
    rule(null, null, new Rate(100, Duration.ofMinutes(1)));
    quota = Optional.of(Duration.ofSeconds(40));

    assertThat(call(worker, Verdict.HEALTHY))
        .isInstanceOfSatisfying(
            NotNow.class, refused -> assertThat(refused.why()).contains("quota of 100"));

    assertThat(calls).hasValue(0);
    assertThat(gates.find(name).orElseThrow().shutFor()).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void whileRedisIsAwayTheProcessKeepsTheQuotaItself() throws Exception {
    rule(null, null, new Rate(3, Duration.ofHours(1)));
    quota = Optional.empty();

    for (int i = 0; i < 3; i++) {
      assertThat(isCalled(worker, Verdict.HEALTHY)).isTrue();
    }
    assertThat(isCalled(worker, Verdict.HEALTHY)).isFalse();
  }

  @Test
  void noMoreCallsThanItMayHaveAreUnderWay() throws Exception {
    rule(1, null, null);
    var under = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var first =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    worker.call(
                        name,
                        context,
                        limit -> {
                          under.countDown();
                          end.await();
                          return 1;
                        },
                        answer -> Verdict.HEALTHY);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    under.await();
    assertThat(isCalled(worker, Verdict.HEALTHY)).isFalse();
    end.countDown();
    first.join();
    assertThat(isCalled(worker, Verdict.HEALTHY)).isTrue();
  }

  @Test
  void workThatDoesNotEndIsEndedAndSpeaksAgainstTheDestination() {
    rule(null, Duration.ofMillis(100), null);
    var interrupted = new CountDownLatch(1);
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  worker.call(
                      name,
                      context,
                      limit -> {
                        assertThat(limit).isEqualTo(Duration.ofMillis(100));
                        return never(interrupted);
                      },
                      answer -> Verdict.HEALTHY))
          .isInstanceOf(TimeoutException.class);
    }
    assertThat(gates.find(name)).isPresent();
  }

  private static int never(CountDownLatch interrupted) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
      return 0;
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  @Test
  void anInterruptEndsTheWorkAndSaysNothingOfTheDestination() throws Exception {
    var under = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var thrown = new CountDownLatch(1);
    var attempt =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    worker.call(
                        name,
                        context,
                        limit -> {
                          under.countDown();
                          return never(interrupted);
                        },
                        answer -> DOWN);
                  } catch (Exception e) {
                    thrown.countDown();
                  }
                });
    under.await();
    attempt.interrupt();
    thrown.await();
    interrupted.await();
    attempt.join();
    assertThat(gates.find(name)).isEmpty();
  }

  @Test
  void whatTheWorkThrowsIsThrownAndSpeaksAgainstTheDestination() {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  worker.call(
                      name,
                      context,
                      limit -> {
                        throw new IllegalStateException("no route");
                      },
                      answer -> Verdict.HEALTHY))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no route");
    }
    assertThat(gates.find(name).orElseThrow().reason()).contains("no route");
  }

  @Test
  void whileTheDatabaseIsAwayTheBreakerProtectsAndNoAnswerIsLost() throws Exception {
    gates.away = true;
    for (int i = 0; i < 5; i++) {
      assertThat(isCalled(worker, DOWN)).isTrue();
    }
    gates.away = false;

    // The gate says that it is open, so one is tried, and that shuts it.
    assertThat(isCalled(worker, DOWN)).isTrue();
    assertThat(gates.find(name).orElseThrow().shut()).isTrue();
    assertThat(isCalled(worker, DOWN)).isFalse();
  }

  @Test
  void settingsHoldOnceTheWorkerHasLooked() throws Exception {
    gates.rules.add(
        new DestinationRule("host:acme/*", null, null, null, 100, 2, 2, null, null, null));
    look(worker);
    call(worker, DOWN);
    call(worker, DOWN);
    assertThat(gates.find(name)).isPresent();
  }
}
