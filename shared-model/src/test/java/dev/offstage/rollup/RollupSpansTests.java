package dev.offstage.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.rollup.RollupSpans.Weighed;
import dev.offstage.rollup.Rollups.Day;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollupSpansTests {
  private static final Day FIRST = new Day("acme", LocalDate.parse("2026-03-01"));
  private static final Day SECOND = new Day("acme", LocalDate.parse("2026-03-02"));

  private static Instant hour(Day day, int hour) {
    return day.day().atTime(hour, 0).toInstant(ZoneOffset.UTC);
  }

  private static Weighed weighed(Day day, int hour, long events) {
    return new Weighed(day, hour(day, hour), events);
  }

  private static RollupSpan span(Day day, Instant... hours) {
    return new RollupSpan(day, List.of(hours));
  }

  @Test
  void hoursOfADayGoTogetherUntilTheyHaveManyEvents() {
    assertThat(
            RollupSpans.cut(
                List.of(
                    weighed(FIRST, 1, 100_000),
                    weighed(FIRST, 3, 150_000),
                    weighed(FIRST, 4, 1),
                    weighed(FIRST, 5, 9_000_000),
                    weighed(FIRST, 6, 0))))
        .containsExactly(
            span(FIRST, hour(FIRST, 1), hour(FIRST, 3)),
            span(FIRST, hour(FIRST, 4)),
            span(FIRST, hour(FIRST, 5)),
            span(FIRST, hour(FIRST, 6)));
  }

  @Test
  void daysAndTenantsAreApart() {
    var other = new Day("other", FIRST.day());

    assertThat(
            RollupSpans.cut(
                List.of(weighed(FIRST, 1, 1), weighed(other, 1, 1), weighed(SECOND, 1, 1))))
        .containsExactly(
            span(FIRST, hour(FIRST, 1)),
            span(other, hour(FIRST, 1)),
            span(SECOND, hour(SECOND, 1)));
    assertThat(RollupSpans.cut(List.of())).isEmpty();
  }

  @Test
  void aSpanHasTheQuartersOfItsHours() {
    assertThat(span(FIRST, hour(FIRST, 0), hour(FIRST, 23)).slots())
        .isEqualTo("1111" + "0".repeat(88) + "1111");
  }
}
