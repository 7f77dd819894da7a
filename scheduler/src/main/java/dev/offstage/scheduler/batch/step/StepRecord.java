package dev.offstage.scheduler.batch.step;

import dev.offstage.store.Db;
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
    progress(step, "total = :amount", total);
  }

  /** Says how much is done, for a step that does not count items as it reads them. */
  public void done(StepExecution step, long done) {
    progress(step, "done = :amount", done);
  }

  private void progress(StepExecution step, String what, long amount) {
    begin(step);
    jdbc.sql("update batch_progress set " + what + " where instance = :instance and step = :step")
        .param("amount", amount)
        .param("instance", instance(step))
        .param("step", step.getStepName())
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

  /** Counts the items of this step execution on top of those of the executions before it. */
  void begin(StepExecution step) {
    jdbc.sql(
            """
            insert into batch_progress as p (instance, step, execution, before, done)
            values (:instance, :step, :execution, 0, 0)
            on conflict on constraint batch_progress_pk do update
              set execution = excluded.execution, before = p.done
              where p.execution <> excluded.execution
            """)
        .param("instance", instance(step))
        .param("step", step.getStepName())
        .param("execution", step.getId())
        .update();
  }

  /** What the step has read is done, as soon as the chunk commits. */
  void count(StepExecution step) {
    if (step.getReadCount() == 0) {
      return;
    }
    begin(step);
    jdbc.sql(
            """
            update batch_progress set done = before + :read
            where instance = :instance and step = :step and execution = :execution
            """)
        .param("read", step.getReadCount())
        .param("instance", instance(step))
        .param("step", step.getStepName())
        .param("execution", step.getId())
        .update();
  }

  private static long instance(StepExecution step) {
    return step.getJobExecution().getJobInstance().getInstanceId();
  }
}
