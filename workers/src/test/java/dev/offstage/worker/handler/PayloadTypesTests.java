package dev.offstage.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import org.junit.jupiter.api.Test;

class PayloadTypesTests {
  private record Payload(String text) {}

  private abstract static class Base<X, P> implements JobHandler<P> {
    @Override
    public JobKind kind() {
      return new JobKind("test.work");
    }

    @Override
    public Outcome run(P payload, JobContext context) {
      return new Outcome.Complete(null);
    }
  }

  private interface Sub<Q> extends JobHandler<Q> {}

  private static final class Inherited extends Base<String, Payload> {}

  private static class Middle<Y> extends Base<Y, Payload> {}

  private static final class Far extends Middle<Integer> {}

  private abstract static class ByInterface implements Sub<Payload> {}

  private static final class Open<P> extends Base<String, P> {}

  @Test
  void theTypeIsWhatTheClassSaysHoweverFarUp() {
    assertThat(new Inherited().payloadType()).isEqualTo(Payload.class);
    assertThat(new Far().payloadType()).isEqualTo(Payload.class);
    assertThat(PayloadTypes.of(ByInterface.class)).contains(Payload.class);
    assertThat(new Base<String, Payload>() {}.payloadType()).isEqualTo(Payload.class);
  }

  @Test
  void aClassThatLeavesItOpenSaysNothing() {
    assertThat(PayloadTypes.of(Open.class)).isEmpty();
  }
}
