package dev.offstage.scheduler.dispatch;

import dev.offstage.job.JobId;
import dev.offstage.job.Priority;
import dev.offstage.store.DueJob;
import java.time.Instant;
import java.util.UUID;

/** Due jobs for tests. */
final class Dues {
  static final Instant DUE_AT = Instant.parse("2026-11-21T00:00:00Z");

  private static int count;

  private Dues() {}

  static DueJob job(String tenant, Priority priority) {
    return job(tenant, priority, 0);
  }

  static DueJob job(String tenant, Priority priority, int crashes) {
    var id = new JobId(new UUID(7, ++count));
    return new DueJob(id, DUE_AT, 0, 1, tenant, priority, crashes, true, null);
  }

  static DueJob changed(DueJob job) {
    return new DueJob(
        job.id(),
        DUE_AT,
        job.claimNo(),
        job.version() + 1,
        job.tenant(),
        job.priority(),
        0,
        true,
        null);
  }
}
