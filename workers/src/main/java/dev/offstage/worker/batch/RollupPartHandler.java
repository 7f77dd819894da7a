package dev.offstage.worker.batch;

import dev.offstage.batch.PartStore;
import dev.offstage.batch.PartStore.Part;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.rollup.RollupRange;
import dev.offstage.rollup.RollupSpan;
import dev.offstage.rollup.RollupSpans;
import dev.offstage.rollup.Rollups;
import dev.offstage.store.Db;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code batch.rollup}: rolls up the spans of a part, one a transaction, together with how far it
 * came: another attempt goes on after the last one that was committed.
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
    if (progress.get().place() == null) {
      parts.total(work.part(), spans(work, null).count());
    }
    var spans = spans(work, progress.get().place());
    try {
      for (var span = spans.next(); span != null; span = spans.next()) {
        if (context.isCancelled()) {
          throw new InterruptedException("the attempt is to end");
        }
        rollUp(work, span, context);
      }
    } catch (SupersededException e) {
      return superseded();
    }
    return new Outcome.Complete("{}");
  }

  private RollupSpans spans(Work work, @Nullable String place) {
    return new RollupSpans(db, work.range(), place);
  }

  private void rollUp(Work work, RollupSpan span, JobContext context) {
    boolean unused =
        context.inTransaction(
            () -> {
              var done = rollups.recompute(span);
              var figures = Map.of("hours", (long) done.hours(), "events", done.events());
              if (!parts.advance(work.part(), span.place(), 1, figures)) {
                throw new SupersededException();
              }
              return true;
            });
  }

  private static Outcome superseded() {
    return new Outcome.Cancel("another execution of the batch has the part");
  }
}
