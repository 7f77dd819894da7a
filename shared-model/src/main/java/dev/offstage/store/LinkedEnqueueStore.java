package dev.offstage.store;

import dev.offstage.job.Enqueued;
import dev.offstage.job.JobKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
    return db.transactions()
        .execute(
            status -> {
              var enqueued = new ArrayList<Enqueued>(rows.size());
              var pools = new LinkedHashSet<String>();
              var touched = new ArrayList<Touched>();
              for (var batch : batches(rows)) {
                var answers = new LinkedBatch(db.jdbc(), inserts, batch).enqueue();
                enqueued.addAll(answers.enqueued());
                pools.addAll(answers.duePools());
                touched.addAll(answers.touched());
              }
              return new Answers(enqueued, pools, touched);
            });
  }

  private record Unique(String tenant, JobKind kind, String key) {}

  /**
   * One after the other, where a later job may replace an earlier one: that must be there first.
   */
  private static List<List<JobRow>> batches(List<JobRow> rows) {
    var batches = new ArrayList<List<JobRow>>();
    var keys = new HashSet<Unique>();
    int from = 0;
    for (int i = 0; i < rows.size(); i++) {
      var job = rows.get(i).job();
      var unique = job.unique();
      if (unique != null && !keys.add(new Unique(job.tenant(), job.kind(), unique.key()))) {
        batches.add(rows.subList(from, i));
        from = i;
        keys.clear();
        keys.add(new Unique(job.tenant(), job.kind(), unique.key()));
      }
    }
    batches.add(rows.subList(from, rows.size()));
    return batches;
  }
}
