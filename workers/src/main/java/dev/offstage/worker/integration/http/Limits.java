package dev.offstage.worker.integration.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** The times that a payload names. */
record Limits(Duration timeLimit, @Nullable Duration answerWithin) {
  private static final Duration DEFAULT = Duration.ofSeconds(30);
  private static final Duration LONGEST_CALL = Duration.ofMinutes(10);
  private static final Duration LONGEST_WAIT = Duration.ofDays(7);

  /**
   * @throws CallRefusedException if one cannot be read, or is out of bounds
   */
  static Limits of(HttpCall call) throws CallRefusedException {
    var timeLimit = read("timeLimit", call.timeLimit(), LONGEST_CALL);
    return new Limits(
        timeLimit == null ? DEFAULT : timeLimit,
        read("answerWithin", call.answerWithin(), LONGEST_WAIT));
  }

  private static @Nullable Duration read(String name, @Nullable String text, Duration most)
      throws CallRefusedException {
    if (text == null) {
      return null;
    }
    try {
      var duration = DurationStyle.detectAndParse(text);
      if (duration.isPositive() && duration.compareTo(most) <= 0) {
        return duration;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new CallRefusedException(
        "payload-invalid",
        "%s: %s (expected: a duration such as 30s, at most %s)".formatted(name, text, most));
  }
}
