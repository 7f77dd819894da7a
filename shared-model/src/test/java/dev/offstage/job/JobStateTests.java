package dev.offstage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStateTests {

  @ParameterizedTest
  @EnumSource
  void isSpeltOneWay(JobState state) {
    assertThat(JobState.of(state.text())).isEqualTo(state);
  }

  @ParameterizedTest
  @EnumSource
  void runsExactlyFromTheClaimableStates(JobState state) {
    assertThat(state.canBecome(JobState.RUNNING)).isEqualTo(state.isClaimable());
  }

  @ParameterizedTest
  @EnumSource
  void endedOnesComeBackOnlyByRedrive(JobState state) {
    if (state.isTerminal()) {
      var next = EnumSet.allOf(JobState.class);
      next.removeIf(to -> !state.canBecome(to));
      assertThat(next).isSubsetOf(EnumSet.of(JobState.AVAILABLE));
    }
  }

  @Test
  void everyStateButTheFirstOnesIsReached() {
    for (var state : JobState.values()) {
      assertThat(Arrays.stream(JobState.values()).anyMatch(from -> from.canBecome(state)))
          .as(state.text())
          .isEqualTo(state != JobState.WAITING);
    }
  }
}
