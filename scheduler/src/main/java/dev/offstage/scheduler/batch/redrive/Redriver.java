package dev.offstage.scheduler.batch.redrive;

import dev.offstage.job.JobId;
import dev.offstage.live.LiveUpdates;
import dev.offstage.queue.Hints;
import dev.offstage.store.JobVerbs;
import dev.offstage.store.JobVerbs.Redriven;
import java.time.Duration;
import java.util.Collection;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Lets jobs go back in a chunk's transaction, and lets everybody know once that has committed. */
@Component
final class Redriver {
  private final JobVerbs verbs;
  private final LiveUpdates live;
  private final Hints hints;

  Redriver(JobVerbs verbs, LiveUpdates live, Hints hints) {
    this.verbs = verbs;
    this.live = live;
    this.hints = hints;
  }

  /**
   * @param spacing between one falling due and the next
   */
  Redriven redrive(Collection<JobId> ids, String tenant, Duration spacing) {
    var redriven = verbs.redrive(ids, tenant, spacing);
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            live.publish(redriven.redriven());
            redriven.duePools().forEach(hints::due);
          }
        });
    return redriven;
  }
}
