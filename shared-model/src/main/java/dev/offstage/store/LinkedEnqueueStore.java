package dev.offstage.store;

import dev.offstage.job.Enqueued;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Repository;

/**
 * Inserts jobs that concern other rows: keys, parents, workflows. One transaction a batch, or the
 * one under way on the thread; a batch may be sent again after an unknown outcome.
 */
@Repository
public class LinkedEnqueueStore {
  private final Db db;
  private final EnqueueStore inserts;

  LinkedEnqueueStore(Db db, EnqueueStore inserts) {
    this.db = db;
    this.inserts = inserts;
  }

  /** The same verbs over another connection pool. */
  public static LinkedEnqueueStore over(Db db) {
    return new LinkedEnqueueStore(db, EnqueueStore.over(db));
  }

  /**
   * What became of a batch.
   *
   * @param enqueued one a row, in the same order
   * @param duePools pools where a job can be ticketed now
   * @param touched what else changed with them
   */
  public record Answers(List<Enqueued> enqueued, Set<String> duePools, List<Touched> touched) {}

  public Answers enqueue(List<JobRow> rows) {
    return db.transactions().execute(status -> new LinkedBatch(db.jdbc(), inserts, rows).enqueue());
  }
}
