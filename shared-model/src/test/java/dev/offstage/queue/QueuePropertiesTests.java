package dev.offstage.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.offstage.job.JobKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueuePropertiesTests {

  @Test
  void theLongestBeginningWins() {
    var queues =
        new QueueProperties(
            Map.of("media", List.of("media."), "video", List.of("media.video")), null);
    assertThat(queues.poolOf(new JobKind("media.image"))).isEqualTo("media");
    assertThat(queues.poolOf(new JobKind("media.video"))).isEqualTo("video");
    assertThat(queues.poolOf(new JobKind("report"))).isEqualTo("default");
    assertThat(queues.names()).containsExactlyInAnyOrder("media", "video", "default");
  }

  @Test
  void aNameThatCannotBeAQueuesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueueProperties(Map.of("Me dia", List.of()), null))
        .withMessageContaining("offstage.queue.pools: Me dia (expected:");
  }
}
