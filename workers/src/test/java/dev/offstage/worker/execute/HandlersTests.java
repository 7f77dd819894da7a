package dev.offstage.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandlersTests {
  private record Payload(String text) {}

  private static class Work implements JobHandler<Payload> {
    @Override
    public JobKind kind() {
      return new JobKind("test.work");
    }

    @Override
    public Outcome run(Payload payload, JobContext context) {
      return new Outcome.Complete(null);
    }
  }

  private static final class Lacking extends Work {
    @Override
    public Optional<String> lacks() {
      return Optional.of("no library");
    }
  }

  /** Says neither by its class nor by a method what it takes. */
  private static final class Vague<P> implements JobHandler<P> {
    @Override
    public JobKind kind() {
      return new JobKind("test.vague");
    }

    @Override
    public Outcome run(P payload, JobContext context) {
      return new Outcome.Complete(null);
    }
  }

  @Test
  void aKindThatIsHandledTwiceStopsTheStart() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new Handlers(List.of(new Work(), new Lacking())))
        .withMessage(
            "kind test.work: handled by both %s and %s (expected: one handler a kind)",
            Work.class.getName(), Lacking.class.getName());
  }

  @Test
  void aHandlerThatDoesNotSayWhatItTakesStopsTheStart() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new Handlers(List.of(new Vague<Payload>())))
        .withMessageStartingWith(Vague.class.getName() + ": payloadType is missing");
  }

  @Test
  void whatAHandlerLacksIsLeftToOthersAndTold() {
    var handlers = new Handlers(List.of(new Lacking()));
    assertThat(handlers.kinds()).isEmpty();
    assertThat(handlers.lacks()).containsExactly("test.work: no library");
  }
}
