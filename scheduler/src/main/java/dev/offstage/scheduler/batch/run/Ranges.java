package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.BatchRange;
import dev.offstage.scheduler.batch.BatchRefusedException;
import java.time.LocalDate;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/** Begins the days of ranges, so many at a time. */
final class Ranges {
  private static final Logger log = LoggerFactory.getLogger(Ranges.class);

  private final TransactionOperations transactions;
  private final RangeStore store;
  private final Starts starts;
  private final Catalog catalog;
  private final Checked checked;

  Ranges(
      TransactionOperations transactions,
      RangeStore store,
      Starts starts,
      Catalog catalog,
      Checked checked) {
    this.transactions = transactions;
    this.store = store;
    this.starts = starts;
    this.catalog = catalog;
    this.checked = checked;
  }

  /** Begins what may begin; one transaction a range, so that of several nodes one does it. */
  void advance() {
    for (long range : store.live()) {
      transactions.executeWithoutResult(status -> store.lockLive(range).ifPresent(this::advance));
    }
  }

  private void advance(BatchRange range) {
    var next = range.next();
    int live = range.live();
    boolean held = range.stoppedAt() != null;
    while (!held && live < range.atOnce() && !next.isAfter(range.to())) {
      held = !begin(range, next);
      if (!held) {
        next = next.plusDays(1);
        live++;
      }
    }
    if (!next.equals(range.next())) {
      store.advance(range.id(), next);
    }
    if (live == 0 && (range.stoppedAt() != null || next.isAfter(range.to()))) {
      store.end(range.id());
    }
  }

  /** Whether it was begun; if not, it is tried again. */
  private boolean begin(BatchRange range, LocalDate day) {
    var batch = catalog.find(range.batch());
    if (batch == null) {
      return false; // a node of another version knows it
    }
    var given = new TreeMap<>(range.others());
    given.put("from", day.toString());
    given.put("to", day.toString());
    try {
      var parameters = checked.parameters(batch, given);
      return starts.startDay(batch, parameters, range.startedBy(), range.id()).isPresent();
    } catch (BatchRefusedException e) {
      log.error("No more days of the range {} are begun: {}", range.id(), e.getMessage());
      store.stop(range.id());
      return false;
    }
  }
}
