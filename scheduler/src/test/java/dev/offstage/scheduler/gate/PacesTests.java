package dev.offstage.scheduler.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacesTests {
  private static final Duration PACE = Duration.ofMillis(20);
  private static final long MILLI = 1_000_000;

  private final Paces paces = new Paces();

  @Test
  void theNextCallComesBeforeTheLastOnesReachIsOver() {
    assertThat(paces.until("a", 0)).isZero();
    paces.called("a", 12, PACE, 0);
    assertThat(paces.until("a", 0)).isEqualTo(Duration.ofMillis(12 * 20 - 125));
    assertThat(paces.until("a", 115 * MILLI)).isZero();
    assertThat(paces.until("b", 0)).isZero();
  }

  @Test
  void aGateIsNotAskedWithoutRest() {
    paces.called("a", 1, PACE, 0);
    assertThat(paces.until("a", 0)).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void aGateWithoutRoomIsAskedAgainAtItsNextBeat() {
    paces.called("a", 0, PACE, 0);
    assertThat(paces.until("a", 0)).isEqualTo(PACE);
  }

  @Test
  void aGateIsInUseForSomeSecondsAfterACall() {
    assertThat(paces.inUse(0)).isFalse();
    paces.called("a", 1, PACE, 0);
    assertThat(paces.inUse(5_000 * MILLI)).isTrue();
    assertThat(paces.inUse(5_021 * MILLI)).isFalse();
    assertThat(paces.until("a", 0)).isZero();
  }
}
