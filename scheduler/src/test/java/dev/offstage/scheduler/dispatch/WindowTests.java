package dev.offstage.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowTests {

  @Test
  void aPoolThatTakesNothingGetsTheLeast() {
    var window = new Window(20, 1_000);
    window.measure(0, 0, 1);
    assertThat(window.room()).isEqualTo(20);

    for (int i = 0; i < 10; i++) {
      window.measure(20, 0, 1); // nobody takes what was sent
    }
    assertThat(window.size()).isEqualTo(20);
    assertThat(window.room()).as("a full queue stops the dispatcher").isZero();
  }

  @Test
  void aFastPoolGetsTwoSecondsOfItsRate() {
    var window = new Window(20, 10_000);
    window.measure(0, 0, 1);
    for (int i = 0; i < 50; i++) {
      window.measure(0, 500, 1);
    }
    assertThat(window.size()).isBetween(990, 1_000);
    assertThat(window.room()).isEqualTo(window.size());
  }

  @Test
  void aQueueThatIsFoundEmptyGetsTwiceAsMuchAtOnce() {
    var window = new Window(20, 10_000);
    window.measure(0, 0, 0.01);
    for (int size = 20; size < 10_000; size *= 2) {
      assertThat(window.size()).isEqualTo(size);
      assertThat(window.rest()).as("until the next look").isEqualTo(Duration.ofMillis(10));
      window.measure(0, size, 0.01);
    }
    assertThat(window.size()).isEqualTo(10_000);
  }

  @Test
  void whatWasNotFilledTellsNothingWhenItIsFoundEmpty() {
    var window = new Window(20, 10_000);
    window.measure(0, 0, 0.01);
    window.measure(0, 19, 0.01);
    assertThat(window.size()).isEqualTo(20);
  }

  @Test
  void aFullQueueIsLeftAloneUntilHalfOfItHasGone() {
    var window = new Window(20, 1_000);
    window.measure(0, 0, 1);
    for (int i = 0; i < 50; i++) {
      window.measure(1, 5_000, 1);
    }
    assertThat(window.rest()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void neverMoreThanTheMost() {
    var window = new Window(20, 300);
    window.measure(0, 0, 1);
    for (int i = 0; i < 50; i++) {
      window.measure(0, 5_000, 1);
    }
    assertThat(window.size()).isEqualTo(300);
  }

  @Test
  void ticketsThatOthersSentDoNotMakeTheRateNegative() {
    var window = new Window(20, 300);
    window.measure(0, 0, 1);
    window.measure(200, 0, 1);
    assertThat(window.size()).isEqualTo(20);
    assertThat(window.room()).isZero();
  }
}
