package dev.offstage.scheduler.batch.export;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a slice in one order, a page at a time: each is a query of its own, by an index. */
interface Rows {

  /**
   * The next rows. For one thread.
   *
   * @param after the position of the row behind which to go on; null for the first
   * @return none once there are no more
   */
  List<Row> page(@Nullable String after);
}
