package dev.offstage.worker.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Header;
import dev.offstage.worker.outbound.OutboundAnswer.Reason;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictsTests {
  private static final Set<Reason> ITS_OWN_FAULT =
      Set.of(
          Reason.NAME_UNKNOWN,
          Reason.CONNECT_FAILED,
          Reason.TLS_FAILED,
          Reason.CONNECTION_LOST,
          Reason.TIMEOUT,
          Reason.ANSWER_REFUSED);

  private final Verdicts verdicts =
      new Verdicts(InstantSource.fixed(Instant.parse("2030-01-31T12:00:00Z")));

  private Verdict of(int status, Header... headers) {
    return verdicts.apply(
        new Received(status, List.of(headers), new byte[0], false, Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 301, 400, 401, 404, 408, 409, 410, 422})
  void whoeverAnswersWorks(int status) {
    assertThat(of(status)).isEqualTo(Verdict.HEALTHY);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 502, 503, 504, 599})
  void aServersErrorSpeaksAgainstIt(int status) {
    assertThat(of(status)).isEqualTo(new Verdict.Unhealthy("answered " + status));
  }

  @ParameterizedTest
  @CsvSource({"429, 30, PT30S", "502, 30, PT30S", "503, 7200, PT2H", "504, 1, PT1S"})
  void whoeverAsksForAPauseGetsIt(int status, String header, Duration pause) {
    assertThat(of(status, new Header("Retry-After", header)))
        .isEqualTo(new Verdict.SlowDown(pause, "answered " + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {429})
  void tooManyRequestsAreAReasonToRest(int status) {
    assertThat(of(status)).isInstanceOf(Verdict.SlowDown.class);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void whatFailsOnTheWaySpeaksAgainstItAndWhatIsOursDoesNot(Reason reason) {
    var verdict = verdicts.apply(new Failed(reason, "so it was", Duration.ZERO));

    assertThat(verdict instanceof Verdict.Unhealthy).isEqualTo(ITS_OWN_FAULT.contains(reason));
  }
}
