package dev.offstage.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushRuleTests {
  private static final List<PushRule> RULES =
      Stream.of("*", "media.*", "media.image", "media.image.*").map(PushRuleTests::rule).toList();

  private static PushRule rule(String kind) {
    return new PushRule(
        "acme", kind, List.of(JobState.COMPLETED), "{}", Instant.EPOCH, Instant.EPOCH);
  }

  @ParameterizedTest
  @CsvSource({
    "media.image, media.image",
    "media.image.small, media.image.*",
    "media.video, media.*",
    "mediation, *",
    "offstage.echo, *",
  })
  void theMostExactRuleSays(String kind, String rule) {
    assertThat(PushRule.of(RULES, new JobKind(kind)).orElseThrow().kind()).isEqualTo(rule);
  }

  @Test
  void ofPushesNobodyIsToldByPush() {
    assertThat(PushRule.of(RULES, new JobKind("push.send"))).isEmpty();
    assertThat(PushRule.of(List.of(rule("media.*")), new JobKind("offstage.echo"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "push.send", "push.*", "Media", "media.", "me*", "**", "media*", "a..b"})
  void whatCanBeNoKindIsRefused(String kind) {
    assertThatThrownBy(() -> PushRule.pattern(kind))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }
}
