package dev.offstage.scheduler.onward;

import dev.offstage.client.JobClient;
import dev.offstage.job.NewJob;
import dev.offstage.job.UniqueKey;
import dev.offstage.onward.EventDestination;
import dev.offstage.onward.OnwardMarks;
import dev.offstage.onward.OnwardStore;
import dev.offstage.scheduler.lead.LeaderTask;
import dev.offstage.store.Db;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** The loop that looks for events to be sent onward. */
@Component
final class OnwardLoop extends LeaderTask {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration STANDBY = Duration.ofSeconds(5);
  private static final int MOST = 1_000;

  /** Some rounds: until then marks do no harm. */
  private static final int FORGOTTEN_EVERY = 5;

  /** With the handler's backoff, about four days; then another job takes its place. */
  private static final int ATTEMPTS = 1_000;

  private final JobClient jobs;
  private int rounds;

  OnwardLoop(DataSource dataSource, JobClient jobs) {
    super("onward", dataSource, STANDBY);
    this.jobs = jobs;
  }

  @Override
  protected Duration round(Db db) {
    var due = OnwardStore.over(db).due(MOST);
    if (!due.isEmpty()) {
      jobs.offerAll(due.stream().map(OnwardLoop::job).toList());
    }
    if (rounds++ % FORGOTTEN_EVERY == 0) {
      OnwardMarks.over(db.jdbc()).forget();
    }
    return EVERY;
  }

  private static NewJob job(EventDestination destination) {
    var key = new UniqueKey(destination.id().toString(), UniqueKey.Policy.KEEP, null);
    return NewJob.builder(
            destination.tenant(),
            destination.way().kind(),
            "{\"destination\":\"" + destination.id() + "\"}")
        .unique(key)
        .maxAttempts(ATTEMPTS)
        .build();
  }
}
