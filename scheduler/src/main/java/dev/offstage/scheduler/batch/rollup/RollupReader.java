package dev.offstage.scheduler.batch.rollup;

import dev.offstage.rollup.RollupHour;
import dev.offstage.rollup.RollupHours;
import dev.offstage.rollup.RollupRange;
import dev.offstage.store.Db;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/** Reads a part's hours. */
final class RollupReader implements ItemStreamReader<RollupHour> {
  private static final String AFTER = "after";

  private final Db db;
  private final RollupRange range;
  private RollupHours hours;
  private @Nullable RollupHour last;

  RollupReader(Db db, RollupRange range) {
    this.db = db;
    this.range = range;
    this.hours = new RollupHours(db, range, null);
  }

  long count() {
    return hours.count();
  }

  @Override
  public void open(ExecutionContext context) {
    if (context.containsKey(AFTER)) {
      hours = new RollupHours(db, range, context.getString(AFTER));
    }
  }

  @Override
  public @Nullable RollupHour read() {
    var hour = hours.next();
    last = hour == null ? last : hour;
    return hour;
  }

  @Override
  public void update(ExecutionContext context) {
    if (last != null) {
      context.putString(AFTER, last.place());
    }
  }
}
