package dev.offstage.scheduler.batch.step;

import dev.offstage.store.Db;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What operators see of a step while it runs and after: how far it came, what came of it, what it
 * left out. Each verb takes part in the chunk's transaction, so that a chunk that is rolled back
 * has not been counted.
 */
public final class StepRecord {
  private static final int MOST_SHOWN = 1000;

  private final JdbcClient jdbc;

  StepRecord(Db db) {
    this.jdbc = db.jdbc();
  }

  /**
   * Says how much there is to do, over all executions of the run. A chunk-oriented step's items are
   * counted by themselves as it reads them.
   */
  public void total(StepExecution step, long total) {
    progress(step, "total", total);
  }

  /** Says how much is done, for a step that does not count items as it reads them. */
  public void done(StepExecution step, long done) {
    progress(step, "done", done);
  }

  private void progress(StepExecution step, String column, long amount) {
    jdbc.sql(
            """
            insert into batch_progress as p (instance, step, execution, before, done, total)
            values (:instance, :step, :execution, 0,
                    case :column when 'done' then :amount else 0 end,
                    case :column when 'total' then :amount end)
            on conflict on constraint batch_progress_pk do update
              set done = case :column when 'done' then :amount else p.done end,
                  total = case :column when 'total' then :amount else p.total end
            """)
        .param("column", column)
        .param("amount", amount)
        .param("instance", instance(step))
        .param("step", step.getStepName())
        .param("execution", step.getId())
        .update();
  }

  /** Adds to a figure of the run, like {@code completed} or {@code rowsWritten}. */
  public void add(StepExecution step, String figure, long amount) {
    figure(step, figure, amount, "f.amount + excluded.amount");
  }

  /** Sets a figure of the run. */
  public void set(StepExecution step, String figure, long amount) {
    figure(step, figure, amount, "excluded.amount");
  }

  private void figure(StepExecution step, String name, long amount, String then) {
    jdbc.sql(
            """
            insert into batch_figure as f (instance, name, amount) values (:instance, :name, :amount)
            on conflict on constraint batch_figure_pk do update set amount = %s
            """
                .formatted(then))
        .param("instance", instance(step))
        .param("name", name)
        .param("amount", amount)
        .update();
  }

  /** The figures of the run so far. */
  public Map<String, Long> figures(StepExecution step) {
    var figures = new TreeMap<String, Long>();
    jdbc.sql("select name, amount from batch_figure where instance = :instance")
        .param("instance", instance(step))
        .query(
            row -> {
              figures.put(row.getString("name"), row.getLong("amount"));
            });
    return figures;
  }

  /**
   * Logs an item that was left out. Steps whose processor throws {@link SkippedItemException} need
   * not call it.
   */
  public void skipped(StepExecution step, String item, String reason) {
    jdbc.sql(
            """
            insert into batch_skip (execution, instance, step, item, reason)
            values (:execution, :instance, :step, :item, :reason)
            """)
        .param("execution", step.getJobExecutionId())
        .param("instance", instance(step))
        .param("step", step.getStepName())
        .param("item", shown(item))
        .param("reason", shown(reason))
        .update();
  }

  private static String shown(String text) {
    var storable = text.replace('\0', '?');
    return storable.length() > MOST_SHOWN ? storable.substring(0, MOST_SHOWN) : storable;
  }

  /**
   * What the step has read is done, as soon as the chunk commits. The items of this step execution
   * come on top of those of the executions before it.
   */
  void count(StepExecution step) {
    if (step.getReadCount() == 0) {
      return;
    }
    jdbc.sql(
            """
            insert into batch_progress as p (instance, step, execution, before, done)
            values (:instance, :step, :execution, 0, :read)
            on conflict on constraint batch_progress_pk do update
              set execution = excluded.execution,
                  before = case when p.execution = excluded.execution then p.before else p.done end,
                  done = excluded.done
                    + case when p.execution = excluded.execution then p.before else p.done end
            """)
        .param("instance", instance(step))
        .param("step", step.getStepName())
        .param("execution", step.getId())
        .param("read", step.getReadCount())
        .update();
  }

  private static long instance(StepExecution step) {
    return step.getJobExecution().getJobInstance().getInstanceId();
  }
}
