package dev.offstage.scheduler.dispatch;

import dev.offstage.job.Priority;
import dev.offstage.store.DispatchStore.Line;
import dev.offstage.store.DispatchStore.Mark;
import dev.offstage.store.DueJob;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far into each line a backlog has been ticketed, so that a round need not pass once more by
 * all that is ticketed or runs. What is before a mark and yet wants a ticket (its own was lost, or
 * its transaction was committed late) is found by beginning at the heads, now and then. Not for
 * concurrent use.
 */
final class Marks {
  /** As many lines as are remembered; the others begin at their heads. */
  private static final int MOST = 10_000;

  private record Key(Priority priority, String tenant) {}

  private final Map<Key, Mark> marks = new HashMap<>();
  private final long everyNanos;
  private long beganAt;

  /**
   * @param every how often to begin at the heads
   */
  Marks(Duration every) {
    this.everyNanos = every.toNanos();
  }

  /** Whether it is time to begin at the heads; says so once. */
  boolean beginAgain(long nanoTime) {
    if (marks.isEmpty() || nanoTime - beganAt >= everyNanos) {
      beganAt = nanoTime;
      return true;
    }
    return false;
  }

  @Nullable Mark of(Line line) {
    return marks.get(new Key(line.priority(), line.tenant()));
  }

  /** Takes note of jobs that are ticketed now. */
  void pass(List<DueJob> jobs) {
    for (var job : jobs) {
      var key = new Key(job.priority(), job.tenant());
      var mark = Mark.of(job);
      if (marks.size() < MOST || marks.containsKey(key)) {
        marks.merge(key, mark, (old, passed) -> passed.isBehind(old) ? passed : old);
      }
    }
  }

  /** The backlog is over. */
  void clear() {
    marks.clear();
  }
}
