package dev.offstage.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.job.DestinationName;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationRuleTests {
  @ParameterizedTest
  @CsvSource({
    "host:acme/example.com, true",
    "*, true",
    "host:*, true",
    "host:*/example.com, true",
    "*example*, true",
    "host:acme/*.com, true",
    "host:acme/example.com*, true",
    "fcm:*, false",
    "host:acme/example, false",
    "host:acme/example_com, false",
    "host:acme/*xample.com.*, false",
    "host:acme/example.com/example.com*, false"
  })
  void aPatternFitsWhereItsStarsStandForAnything(String pattern, boolean fits) {
    var name = new DestinationName("host:acme/example.com");
    assertThat(DestinationRule.of(pattern).fits(name)).isEqualTo(fits);
  }

  @Test
  void aHostsDestinationHasItsPortWhereThatIsNotTheUsualOne() {
    assertThat(DestinationName.host("acme", URI.create("https://Example.com/x")))
        .hasToString("host:acme/example.com");
    assertThat(DestinationName.host("acme", URI.create("https://example.com:8443/x")))
        .hasToString("host:acme/example.com:8443");
    assertThat(DestinationName.of("fcm", "acme", "my-project").provider()).isEqualTo("fcm");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "host", "host:acme", "host:acme/", "host:acme/a*", "host:acme/a b", "H:a/b"})
  void aNameThatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> new DestinationName(text)).hasMessageContaining("expected");
  }

  @Test
  void whatMakesNoSenseIsRefusedWithWhatWasExpected() {
    assertThatThrownBy(() -> rule(0, null)).hasMessage("at-once: 0 (expected: 1 to 10000)");
    assertThatThrownBy(() -> rule(null, Duration.ofSeconds(1)))
        .hasMessage("shut-for: PT1S (expected: PT5S to PT24H)");
    assertThatThrownBy(() -> DestinationRule.of("host: x")).hasMessageContaining("pattern");
  }

  private static DestinationRule rule(@Nullable Integer atOnce, @Nullable Duration shutFor) {
    return new DestinationRule("*", atOnce, null, null, null, null, null, shutFor, null, null);
  }
}
