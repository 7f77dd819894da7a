package dev.offstage.batch;

import dev.offstage.store.Db;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How far a part of a batch came that a worker runs. The scheduler names the step execution that
 * counts; whoever works for another one, as the batch was stopped or recovered meanwhile, can write
 * nothing any more.
 */
public final class PartStore {
  private final JdbcClient jdbc;

  private PartStore(Db db) {
    this.jdbc = db.jdbc();
  }

  public static PartStore over(Db db) {
    return new PartStore(db);
  }

  /**
   * A part of a run.
   *
   * @param instance the run
   * @param execution the step execution that the worker works for
   */
  public record Part(long instance, String step, long execution) {}

  /**
   * How far a part came.
   *
   * @param place after which to go on; null at the beginning
   * @param done items, of this step execution
   */
  public record Progress(@Nullable String place, long done) {}

  /** Lets a step execution count from now on, on top of those before it. */
  public void begin(Part part) {
    jdbc.sql(
            """
            insert into batch_progress as p (instance, step, execution, before, done)
            values (:instance, :step, :execution, 0, 0)
            on conflict on constraint batch_progress_pk do update
              set execution = excluded.execution, before = p.done
              where p.execution <> excluded.execution
            """)
        .param("instance", part.instance())
        .param("step", part.step())
        .param("execution", part.execution())
        .update();
  }

  /** Empty if another step execution counts. */
  public Optional<Progress> progress(Part part) {
    return jdbc.sql(
            """
            select place, done - before as done from batch_progress
            where instance = :instance and step = :step and execution = :execution
            """)
        .param("instance", part.instance())
        .param("step", part.step())
        .param("execution", part.execution())
        .query((row, n) -> new Progress(row.getString("place"), row.getLong("done")))
        .optional();
  }

  /** Says how much there is to do in the part. */
  public void total(Part part, long total) {
    jdbc.sql(
            """
            update batch_progress set total = :total
            where instance = :instance and step = :step and execution = :execution
            """)
        .param("total", total)
        .param("instance", part.instance())
        .param("step", part.step())
        .param("execution", part.execution())
        .update();
  }

  /**
   * Moves on, in the transaction that did the items.
   *
   * @param figures to be added to those of the run
   * @return false if another step execution counts: the transaction must not commit
   */
  public boolean advance(Part part, String place, long items, Map<String, Long> figures) {
    boolean counts =
        jdbc.sql(
                    """
                    update batch_progress set done = done + :items, place = :place
                    where instance = :instance and step = :step and execution = :execution
                    """)
                .param("items", items)
                .param("place", place)
                .param("instance", part.instance())
                .param("step", part.step())
                .param("execution", part.execution())
                .update()
            == 1;
    if (counts) {
      figures.forEach((name, amount) -> add(part.instance(), name, amount));
    }
    return counts;
  }

  private void add(long instance, String name, long amount) {
    jdbc.sql(
            """
            insert into batch_figure as f (instance, name, amount) values (:instance, :name, :amount)
            on conflict on constraint batch_figure_pk do update
              set amount = f.amount + excluded.amount
            """)
        .param("instance", instance)
        .param("name", name)
        .param("amount", amount)
        .update();
  }
}
