package dev.offstage.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Priority;
import dev.offstage.store.DispatchStore.Occasion;
import dev.offstage.store.DueJob;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TicketedTests {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Ticketed ticketed = new Ticketed(Duration.ofSeconds(10));
  private final DueJob job = Dues.job("acme", Priority.NORMAL);
  private final DueJob other = Dues.job("acme", Priority.NORMAL);

  private static Occasion occasion(DueJob job) {
    return new Occasion(job.id(), job.version());
  }

  @Test
  void aTicketedJobIsLeftAloneUntilItsTicketMustBeLost() {
    ticketed.add(job, 0);

    ticketed.forget(1, 10 * SECOND);
    assertThat(ticketed.occasions()).containsExactly(occasion(job));
    ticketed.forget(1, 10 * SECOND + 1);
    assertThat(ticketed.occasions()).isEmpty();
  }

  @Test
  void aJobThatWasTicketedAgainIsRememberedAsItIsNow() {
    ticketed.add(job, 0);
    ticketed.add(Dues.changed(job), SECOND);

    assertThat(ticketed.occasions()).containsExactly(occasion(Dues.changed(job)));
    assertThat(ticketed.has(Dues.changed(job))).isTrue();
    assertThat(ticketed.has(job)).as("as it was").isFalse();
  }

  @Test
  void whatHasLeftTheQueueForSomeSecondsIsForgotten() {
    ticketed.add(job, 0);
    ticketed.add(other, SECOND);

    ticketed.forget(1, 3 * SECOND);
    assertThat(ticketed.size()).as("it may be on its way").isEqualTo(2);
    ticketed.forget(2, 4 * SECOND);
    assertThat(ticketed.size()).as("both wait in the queue").isEqualTo(2);
    ticketed.forget(1, 4 * SECOND);
    assertThat(ticketed.occasions()).containsExactly(occasion(other));
  }

  @Test
  void aRefusedTicketIsSentAgainAtOnce() {
    ticketed.add(job, 0);
    ticketed.remove(job);

    assertThat(ticketed.occasions()).isEmpty();
  }

  @Test
  void timeThatOverflowsDoesNoHarm() {
    ticketed.add(job, Long.MAX_VALUE - SECOND);

    ticketed.forget(1, Long.MIN_VALUE + SECOND);
    assertThat(ticketed.size()).isEqualTo(1);
  }
}
