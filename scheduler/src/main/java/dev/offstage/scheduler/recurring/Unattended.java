package dev.offstage.scheduler.recurring;

import dev.offstage.scheduler.batch.BatchFilter;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.schedule.ScheduleRun;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import dev.offstage.store.Db;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Ends runs that JobRunr has given up, or an operator took from it, once their batch has ended: its
 * batch goes on, and is recovered, whether somebody watches or not.
 */
final class Unattended {
  private final ScheduleRuns runs;
  private final Batches batches;

  Unattended(ScheduleRuns runs, Batches batches) {
    this.runs = runs;
    this.batches = batches;
  }

  void settle(Db db) {
    left(db).forEach(id -> runs.find(id).ifPresent(this::settle));
  }

  private static List<UUID> left(Db db) {
    return db.jdbc()
        .sql(
            """
            select r.id from schedule_run r
            where r.ended_at is null and r.state = 'launched'
              and exists (select from jobrunr.jobrunr_jobs j
                          where j.id = r.id::text and j.state in ('FAILED', 'DELETED', 'SUCCEEDED'))
            limit 200
            """)
        .query((row, n) -> row.getObject("id", UUID.class))
        .list();
  }

  private void settle(ScheduleRun run) {
    var execution = run.execution();
    var batch = execution == null ? Optional.<BatchRun>empty() : batches.find(execution);
    batch.ifPresent(found -> settle(run, found));
  }

  private void settle(ScheduleRun run, BatchRun batch) {
    switch (batch.state()) {
      case WAITING, RUNNING, STOPPING -> {}
      case COMPLETED -> runs.end(run.id(), ScheduleRun.State.COMPLETED, Display.summary(batch));
      case STOPPED, ABANDONED ->
          runs.end(run.id(), ScheduleRun.State.STOPPED, "an operator ended it");
      case FAILED ->
          successor(batch)
              .ifPresentOrElse(
                  next -> runs.execution(run.id(), next),
                  () ->
                      runs.end(
                          run.id(),
                          ScheduleRun.State.FAILED,
                          "its batch has failed: " + Display.cause(batch)));
    }
  }

  private Optional<Long> successor(BatchRun ended) {
    return batches.list(BatchFilter.of(ended.batch()), null, 200).stream()
        .filter(each -> each.restartOf() != null && each.restartOf() == ended.execution())
        .map(BatchRun::execution)
        .findFirst();
  }
}
