package dev.offstage.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.job.Priority;
import dev.offstage.store.DueJob;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TicketedTests {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Ticketed ticketed = new Ticketed(Duration.ofSeconds(10));
  private final DueJob job = job(0);

  private static DueJob job(int claimNo) {
    return new DueJob(new JobId(new UUID(7, 1)), claimNo, Priority.NORMAL, null);
  }

  @Test
  void aTicketedJobIsLeftAloneUntilItsTicketMustBeLost() {
    ticketed.add(job, 0);

    assertThat(ticketed.without(List.of(job), 10 * SECOND)).isEmpty();
    assertThat(ticketed.without(List.of(job), 10 * SECOND + 1)).containsExactly(job);
  }

  @Test
  void aJobThatWasClaimedSinceAndCameBackGetsATicketAtOnce() {
    ticketed.add(job, 0);

    assertThat(ticketed.without(List.of(job(1)), SECOND)).containsExactly(job(1));
  }

  @Test
  void whatIsNotDueAnyMoreIsForgotten() {
    ticketed.add(job, 0);
    assertThat(ticketed.without(List.of(), SECOND)).isEmpty();

    assertThat(ticketed.size()).isZero();
  }

  @Test
  void aRefusedTicketIsSentAgainAtOnce() {
    ticketed.add(job, 0);
    ticketed.remove(job);

    assertThat(ticketed.without(List.of(job), 1)).containsExactly(job);
  }

  @Test
  void timeThatOverflowsDoesNoHarm() {
    ticketed.add(job, Long.MAX_VALUE - SECOND);

    assertThat(ticketed.without(List.of(job), Long.MIN_VALUE + SECOND)).isEmpty();
  }
}
