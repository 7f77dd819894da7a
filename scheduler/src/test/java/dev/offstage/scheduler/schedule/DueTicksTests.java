package dev.offstage.scheduler.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DueTicksTests {
  private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
  private static final DueTicks.Clock HOURLY = clock("0 * * * *", "UTC");

  private static DueTicks.Clock clock(String cron, String zone) {
    return new DueTicks.Clock(Cron.of(cron), ZoneId.of(zone));
  }

  private static DueTicks due(MissedPolicy policy, Instant decidedTo, Instant now) {
    return DueTicks.of(HOURLY, policy, decidedTo, now.minus(Duration.ofMinutes(2)), now, 1_000);
  }

  @ParameterizedTest
  @EnumSource(MissedPolicy.class)
  void aTickInTimeIsRunWhateverThePolicy(MissedPolicy policy) {
    var due = due(policy, NOON.minusSeconds(5), NOON.plusSeconds(3));

    assertThat(due.ticks()).containsExactly(NOON);
    assertThat(due.decidedTo()).isEqualTo(NOON.plusSeconds(3));
    assertThat(due.skipped()).isZero();
  }

  @Test
  void missedTicksAreLetGoWhereThePolicySaysSkip() {
    var due = due(MissedPolicy.SKIP, NOON.minusSeconds(4 * 3600 + 1), NOON.minusSeconds(600));

    assertThat(due.ticks()).isEmpty();
    assertThat(due.skipped()).isEqualTo(4);
    assertThat(due.decidedTo()).isEqualTo(NOON.minusSeconds(600));
  }

  @Test
  void theLatestMissedTickIsRunForAllWhereThePolicySaysOnce() {
    var due = due(MissedPolicy.ONCE, NOON.minusSeconds(4 * 3600 + 1), NOON.plusSeconds(600));

    assertThat(due.ticks()).containsExactly(NOON);
    assertThat(due.skipped()).isEqualTo(4);
  }

  @Test
  void eachMissedTickIsRunWhereThePolicySaysEach() {
    var due = due(MissedPolicy.EACH, NOON.minusSeconds(4 * 3600 + 1), NOON.plusSeconds(600));

    assertThat(due.ticks()).hasSize(5).isSorted().endsWith(NOON);
    assertThat(due.skipped()).isZero();
  }

  @Test
  void manyTicksAreDecidedInParts() {
    var first =
        DueTicks.of(
            HOURLY, MissedPolicy.EACH, NOON, NOON.plusSeconds(36_000), NOON.plusSeconds(36_000), 4);

    assertThat(first.ticks()).hasSize(4);
    assertThat(first.more()).isTrue();
    assertThat(first.decidedTo()).isEqualTo(first.ticks().getLast());
  }

  @Test
  void theLatestOfYearsOfSecondsIsFoundWithoutGoingThroughThem() {
    var everySecond = clock("* * * * * *", "UTC");
    var from = NOON.minus(Duration.ofDays(3 * 365));

    var due = DueTicks.of(everySecond, MissedPolicy.ONCE, from, NOON, NOON.plusMillis(500), 10);

    assertThat(due.ticks()).containsExactly(NOON);
  }

  @Test
  void aClockThatGoesBackDecidesNothingTwice() {
    var due = due(MissedPolicy.EACH, NOON.plusSeconds(30), NOON.minusSeconds(30));

    assertThat(due.ticks()).isEmpty();
    assertThat(due.decidedTo()).isEqualTo(NOON.plusSeconds(30));
  }

  @Test
  void whatAClockLeavesOutOrShowsTwiceIsRunOnce() {
    var berlin = clock("30 2 * * *", "Europe/Berlin");
    var from = Instant.parse("2026-03-27T12:00:00Z"); // forward on the 29th
    var spring =
        DueTicks.of(berlin, MissedPolicy.EACH, from, from, from.plusSeconds(4 * 86_400), 100);
    var to = Instant.parse("2026-10-24T12:00:00Z"); // back on the 25th
    var autumn = DueTicks.of(berlin, MissedPolicy.EACH, to, to, to.plusSeconds(86_400), 100);

    assertThat(spring.ticks())
        .hasSizeBetween(3, 4)
        .doesNotHaveDuplicates()
        .contains(Instant.parse("2026-03-28T01:30:00Z"), Instant.parse("2026-03-30T00:30:00Z"));
    assertThat(autumn.ticks()).isEqualTo(List.of(Instant.parse("2026-10-25T00:30:00Z")));
  }
}
