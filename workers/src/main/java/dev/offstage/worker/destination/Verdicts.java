package dev.offstage.worker.destination;

import dev.offstage.worker.outbound.OutboundAnswer;
import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import dev.offstage.worker.outbound.RetryAfter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/** What an HTTP answer says of its destination, unless a provider's own rules say otherwise. */
public final class Verdicts implements Function<OutboundAnswer, Verdict> {
  private static final Duration USUAL_PAUSE = Duration.ofSeconds(5);

  private final InstantSource clock;

  public Verdicts(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * 429, and 502, 503 and 504 that say Retry-After, slow it down; other 5xx and calls that failed
   * on the way speak against it; any other answer for it.
   */
  @Override
  public Verdict apply(OutboundAnswer answer) {
    return switch (answer) {
      case Received received -> of(received);
      case Failed failed ->
          switch (failed.reason()) {
            case URL_REFUSED, ADDRESS_REFUSED, BUSY -> Verdict.IRRELEVANT;
            case ANSWER_TOO_LARGE -> Verdict.HEALTHY; // it has answered
            case NAME_UNKNOWN,
                CONNECT_FAILED,
                TLS_FAILED,
                CONNECTION_LOST,
                TIMEOUT,
                ANSWER_REFUSED ->
                new Verdict.Unhealthy(failed.message());
          };
    };
  }

  private Verdict of(Received received) {
    var why = "answered " + received.status();
    var wanted =
        received.header("Retry-After").flatMap(text -> RetryAfter.of(text, clock.instant()));
    return switch (received.status()) {
      case 429 -> new Verdict.SlowDown(wanted.orElse(USUAL_PAUSE), why);
      case 502, 503, 504 ->
          wanted
              .<Verdict>map(pause -> new Verdict.SlowDown(pause, why))
              .orElseGet(() -> new Verdict.Unhealthy(why));
      default -> received.status() >= 500 ? new Verdict.Unhealthy(why) : Verdict.HEALTHY;
    };
  }
}
