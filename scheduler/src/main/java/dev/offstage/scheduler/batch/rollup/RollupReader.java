package dev.offstage.scheduler.batch.rollup;

import dev.offstage.rollup.RollupRange;
import dev.offstage.rollup.RollupSpan;
import dev.offstage.rollup.RollupSpans;
import dev.offstage.store.Db;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/** Reads a part's spans. */
final class RollupReader implements ItemStreamReader<RollupSpan> {
  private static final String AFTER = "after";

  private final Db db;
  private final RollupRange range;
  private RollupSpans spans;
  private @Nullable RollupSpan last;

  RollupReader(Db db, RollupRange range) {
    this.db = db;
    this.range = range;
    this.spans = new RollupSpans(db, range, null);
  }

  /** How many there are, done or not. */
  long count() {
    return new RollupSpans(db, range, null).count();
  }

  @Override
  public void open(ExecutionContext context) {
    if (context.containsKey(AFTER)) {
      spans = new RollupSpans(db, range, context.getString(AFTER));
    }
  }

  @Override
  public @Nullable RollupSpan read() {
    var span = spans.next();
    last = span == null ? last : span;
    return span;
  }

  @Override
  public void update(ExecutionContext context) {
    if (last != null) {
      context.putString(AFTER, last.place());
    }
  }
}
