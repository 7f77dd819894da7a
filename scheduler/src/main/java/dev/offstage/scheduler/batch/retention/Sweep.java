package dev.offstage.scheduler.batch.retention;

import dev.offstage.scheduler.batch.step.RunParameters;
import dev.offstage.scheduler.batch.step.StepRecord;
import dev.offstage.store.Db;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * Takes what has expired, tenant by tenant and table by table, so many rows a transaction. A dry
 * run counts instead.
 */
final class Sweep implements Tasklet {
  private static final int LIMIT = 2_000;
  private static final String AS_OF = "sweep.asOf";
  private static final String POSITION = "sweep.position";
  private static final String DONE = "sweep.done";

  private final Db db;
  private final StepRecord record;
  private final Expired expired;

  Sweep(Db db, StepRecord record, Expired expired) {
    this.db = db;
    this.record = record;
    this.expired = expired;
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext chunk) {
    var step = contribution.getStepExecution();
    var context = step.getExecutionContext();
    if (!context.containsKey(AS_OF)) {
      context.putString(AS_OF, asOf(step));
    }
    var share = next(step, context);
    if (share.isEmpty()) {
      return RepeatStatus.FINISHED;
    }
    boolean dry = RunParameters.of(step).yes("dryRun");
    long n = dry ? expired.count(share.get()) : expired.take(share.get(), LIMIT);
    if (!dry) {
      contribution.incrementWriteCount(n);
    }
    done(step, context, n);
    count(step, share.get(), n);
    if (dry || n < LIMIT) {
      context.putString(POSITION, share.get().position());
    }
    return RepeatStatus.CONTINUABLE;
  }

  private void done(StepExecution step, ExecutionContext context, long n) {
    long done = context.getLong(DONE, 0) + n;
    context.putLong(DONE, done);
    record.done(step, done);
  }

  private void count(StepExecution step, Share share, long n) {
    if (n > 0) {
      record.add(step, expired.kind().text(), n);
      record.add(step, share.tenant() + "." + expired.kind().text(), n);
    }
  }

  /** The same over all restarts, so that they take what the first had taken. */
  private String asOf(StepExecution step) {
    var now = db.jdbc().sql("select now()").query(OffsetDateTime.class).single().toInstant();
    var run = RunParameters.of(step);
    var asOf = run.optional("asOf").map(Instant::parse).orElse(now);
    if (asOf.isAfter(now) && !run.yes("dryRun")) {
      throw new IllegalArgumentException(
          "asOf: %s lies ahead (expected: dryRun=true, or a moment that has passed)"
              .formatted(asOf));
    }
    return asOf.toString();
  }

  private Optional<Share> next(StepExecution step, ExecutionContext context) {
    var after = context.getString(POSITION, "");
    int cut = after.indexOf('/');
    return db.jdbc()
        .sql(
            """
            select t.id, p.name, :asOf::timestamptz - coalesce(r.keep, cast(:keepMs as bigint) * interval '1 ms')
                as cutoff
            from tenant t
              left join tenant_retention r on r.tenant = t.id and r.kind = :kind
              join (%s) p
                on p.to_at <= :asOf::timestamptz - coalesce(r.keep, cast(:keepMs as bigint) * interval '1 ms')
            where (:tenant::text is null or t.id = :tenant)
              and (t.id collate "C", p.name collate "C") > (:afterTenant, :afterTable)
            order by t.id collate "C", p.name collate "C" limit 1
            """
                .formatted(expired.tables()))
        .param("asOf", context.getString(AS_OF))
        .param("kind", expired.kind().text())
        .param("keepMs", millis(expired.standard()))
        .param("tenant", RunParameters.of(step).optional("tenant").orElse(null))
        .param("afterTenant", cut < 0 ? "" : after.substring(0, cut))
        .param("afterTable", after.substring(cut + 1))
        .query(
            (row, n) ->
                new Share(
                    row.getString("id"),
                    row.getString("name"),
                    Objects.requireNonNull(row.getObject("cutoff", OffsetDateTime.class))))
        .optional();
  }

  private static @Nullable Long millis(@Nullable Duration keep) {
    return keep == null ? null : keep.toMillis();
  }
}
