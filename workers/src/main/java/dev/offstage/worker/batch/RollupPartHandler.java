package dev.offstage.worker.batch;

import dev.offstage.batch.PartStore;
import dev.offstage.batch.PartStore.Part;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.rollup.RollupHour;
import dev.offstage.rollup.RollupHours;
import dev.offstage.rollup.RollupRange;
import dev.offstage.rollup.Rollups;
import dev.offstage.store.Db;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code batch.rollup}: rolls up the hours of a part, one a transaction, together with how far it
 * came: another attempt goes on after the last hour that was committed.
 */
@Component
final class RollupPartHandler implements JobHandler<RollupPartHandler.Work> {
  private static final JobKind KIND = new JobKind("batch.rollup");

  private final Db db;
  private final PartStore parts;
  private final Rollups rollups;

  RollupPartHandler(Db db) {
    this.db = db;
    this.parts = PartStore.over(db);
    this.rollups = Rollups.over(db);
  }

  /**
   * The payload.
   *
   * @param instance the run
   * @param step the part's name
   * @param execution the step execution that the scheduler waits for
   */
  record Work(
      long instance,
      String step,
      long execution,
      LocalDate from,
      LocalDate to,
      @Nullable String tenant,
      int bucket) {
    Part part() {
      return new Part(instance, step, execution);
    }

    RollupRange range() {
      return new RollupRange(from, to, tenant, bucket);
    }
  }

  /** The batch was stopped or recovered: another step execution has the part. */
  private static final class SupersededException extends RuntimeException {}

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Class<Work> payloadType() {
    return Work.class;
  }

  @Override
  public Outcome run(Work work, JobContext context) throws Exception {
    var progress = parts.progress(work.part());
    if (progress.isEmpty()) {
      return superseded();
    }
    var hours = new RollupHours(db, work.range(), progress.get().place());
    if (progress.get().place() == null) {
      parts.total(work.part(), hours.count());
    }
    try {
      for (var hour = hours.next(); hour != null; hour = hours.next()) {
        if (context.isCancelled()) {
          throw new InterruptedException("the attempt is to end");
        }
        rollUp(work, hour, context);
      }
    } catch (SupersededException e) {
      return superseded();
    }
    return new Outcome.Complete("{}");
  }

  private void rollUp(Work work, RollupHour hour, JobContext context) {
    boolean unused =
        context.inTransaction(
            () -> {
              var done = rollups.recompute(hour.day(), List.of(hour.hour()));
              var figures = Map.of("hours", 1L, "events", done.events());
              if (!parts.advance(work.part(), hour.place(), 1, figures)) {
                throw new SupersededException();
              }
              return true;
            });
  }

  private static Outcome superseded() {
    return new Outcome.Cancel("another execution of the batch has the part");
  }
}
