package dev.offstage.worker.integration.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Header;
import dev.offstage.worker.outbound.OutboundAnswer.Reason;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CallResultsTests {
  private static final Instant NOW = Instant.parse("2030-01-31T12:00:00Z");

  private final CallResults results =
      new CallResults(JsonMapper.builder().build(), InstantSource.fixed(NOW));

  private static Received received(int status, String body, boolean truncated, Header... headers) {
    return new Received(
        status,
        List.of(headers),
        body.getBytes(StandardCharsets.UTF_8),
        truncated,
        Duration.ofMillis(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 425, 429, 500, 501, 502, 503, 504, 599})
  void whatMayPassIsTriedAgain(int status) {
    assertThat(results.of(received(status, "", false)))
        .isEqualTo(new Outcome.Retry(new JobFailure("http-" + status, "status " + status), null));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 307, 308, 400, 401, 403, 404, 410, 422, 451})
  void whatMayNotIsDiscarded(int status) {
    assertThat(results.of(received(status, "", false)))
        .isInstanceOfSatisfying(
            Outcome.Discard.class,
            discard -> assertThat(discard.failure().reason()).isEqualTo("http-" + status));
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void onlyAUrlThatIsRefusedAndAnAnswerWithoutMeasureAreHopeless(Reason reason) {
    var outcome = results.of(new Failed(reason, "so it was", Duration.ZERO));

    assertThat(outcome)
        .isInstanceOf(
            reason == Reason.URL_REFUSED || reason == Reason.ANSWER_TOO_LARGE
                ? Outcome.Discard.class
                : Outcome.Retry.class);
  }

  @ParameterizedTest
  @CsvSource({
    "120, PT2M",
    "'Thu, 31 Jan 2030 12:00:30 GMT', PT30S",
    "'Thu, 31 Jan 2030 11:00:00 GMT', PT1S",
    "99999999, PT24H"
  })
  void theEndpointSaysWhenToComeAgain(String header, Duration delay) {
    var answer = received(503, "", false, new Header("retry-after", header));

    assertThat(results.of(answer))
        .isInstanceOfSatisfying(
            Outcome.Retry.class, retry -> assertThat(retry.delay()).isEqualTo(delay));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": [1, null]} | {\"a\":[1,null]}",
        "3 | 3",
        "<p>hello</p> | {\"status\":200,\"answer\":\"not JSON\"}",
        "{\"a\":\"\\u0000\"} | {\"status\":200,\"answer\":\"not JSON\"}",
        "{\"a\":\"\\ud800\"} | {\"status\":200,\"answer\":\"not JSON\"}",
        "1e999999 | {\"status\":200,\"answer\":\"not JSON\"}"
      })
  void jsonThatCanBeStoredIsTheResult(String body, String result) {
    assertThat(results.of(received(200, body, false))).isEqualTo(new Outcome.Complete(result));
  }

  @Test
  void anEmptyAnswerIsNoResultAndALongOneIsLeftOut() {
    assertThat(results.of(received(204, "", false))).isEqualTo(new Outcome.Complete(null));
    assertThat(results.of(received(200, "[1,2", true)))
        .isEqualTo(new Outcome.Complete("{\"status\":200,\"answer\":\"too large\"}"));
  }

  @Test
  void anAnswerThatComesLaterCompletesFailsOrIsTriedAgain() {
    assertThat(results.ofLater("{}")).isEqualTo(new Outcome.Complete(null));
    assertThat(results.ofLater("{\"result\":[1]}")).isEqualTo(new Outcome.Complete("[1]"));
    var failure = new JobFailure("declined", "No.");
    assertThat(results.ofLater("{\"error\":{\"reason\":\"declined\",\"message\":\"No.\"}}"))
        .isEqualTo(new Outcome.Discard(failure));
    assertThat(
            results.ofLater(
                "{\"error\":{\"reason\":\"declined\",\"message\":\"No.\",\"retry\":true}}"))
        .isEqualTo(new Outcome.Retry(failure, null));
  }
}
