package dev.offstage.scheduler.batch.export;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/** Reads a slice, from where the file that was open when it was left begins. */
final class SliceReader implements ItemStreamReader<Row> {
  private static final String ENDED = "slice.ended";

  private final Rows rows;
  private final Queue<Row> page = new ArrayDeque<>();
  private @Nullable String position;
  private boolean ended;

  SliceReader(Rows rows) {
    this.rows = rows;
  }

  /** Whether there are no more rows than have been read. */
  static boolean hasEnded(ExecutionContext context) {
    return context.containsKey(ENDED);
  }

  @Override
  public void open(ExecutionContext context) {
    position = FileWriter.beginning(context);
  }

  @Override
  public @Nullable Row read() {
    if (page.isEmpty() && !ended) {
      page.addAll(rows.page(position));
      ended = page.isEmpty();
    }
    var row = page.poll();
    if (row != null) {
      position = row.position();
    }
    return row;
  }

  /** Before the writer's, in the same transaction. */
  @Override
  public void update(ExecutionContext context) {
    if (ended) {
      context.put(ENDED, true);
    }
  }
}
