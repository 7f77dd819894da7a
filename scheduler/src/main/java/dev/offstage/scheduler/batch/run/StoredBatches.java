package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchFilter;
import dev.offstage.scheduler.batch.BatchRange;
import dev.offstage.scheduler.batch.BatchRefusedException;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchSkip;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.store.Db;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/** The verbs, over rows that any node takes up. */
final class StoredBatches implements Batches {
  private static final int MOST_RUNS = 200;
  private static final int MOST_SKIPS = 1000;
  private static final int MOST_AT_ONCE = 50;
  private static final int MOST_DAYS = 3660;

  private final TransactionOperations transactions;
  private final Catalog catalog;
  private final Checked checked;
  private final Starts starts;
  private final Bell bell;
  private final RangeStore ranges;
  private final RunQueries queries;

  StoredBatches(Db db, Catalog catalog, Checked checked, Starts starts, Bell bell) {
    this.transactions = db.transactions();
    this.catalog = catalog;
    this.checked = checked;
    this.starts = starts;
    this.bell = bell;
    this.ranges = new RangeStore(db);
    this.queries = new RunQueries(db);
  }

  @Override
  public List<Batch> all() {
    return catalog.all();
  }

  @Override
  public long start(String name, Map<String, String> parameters, StartMode mode, String startedBy) {
    var batch = catalog.get(name);
    return acting(
        () ->
            starts.start(
                batch, checked.parameters(batch, parameters), mode, Checked.name(startedBy)));
  }

  @Override
  public long startRange(
      String name,
      LocalDate from,
      LocalDate to,
      int atOnce,
      Map<String, String> others,
      String startedBy) {
    var batch = catalog.get(name);
    if (!batch.isDaily()) {
      throw new BatchRefusedException(
          "batch", name + " does not run by the day (expected: one that takes from and to)");
    }
    Checked.inOrder(from, to, MOST_DAYS);
    Checked.between("atOnce", atOnce, 1, MOST_AT_ONCE);
    return acting(
        () ->
            ranges.insert(
                name, from, to, atOnce, others(batch, from, others), Checked.name(startedBy)));
  }

  /** Checked like those of the first day. */
  private Map<String, String> others(Batch batch, LocalDate day, Map<String, String> others) {
    for (var own : List.of("from", "to")) {
      if (others.containsKey(own)) {
        throw new BatchRefusedException(own, "is the range's to say (expected: no such parameter)");
      }
    }
    var given = new TreeMap<>(others);
    given.put("from", day.toString());
    given.put("to", day.toString());
    var parameters = new TreeMap<>(checked.parameters(batch, given));
    parameters.remove("from");
    parameters.remove("to");
    return parameters;
  }

  @Override
  public void stopRange(long range) {
    boolean live = acting(() -> ranges.stop(range));
    if (!live) {
      throw new BatchRefusedException(
          "range", "there is no range " + range + " that has not ended");
    }
  }

  @Override
  public long restart(long execution, String startedBy) {
    return acting(() -> starts.restart(execution, Checked.name(startedBy)));
  }

  @Override
  public void stop(long execution) {
    acting(
        () -> {
          starts.stop(execution);
          return true;
        });
  }

  @Override
  public void abandon(long execution) {
    acting(
        () -> {
          starts.abandon(execution);
          return true;
        });
  }

  private <T> T acting(Supplier<T> act) {
    return Objects.requireNonNull(
        transactions.execute(
            status -> {
              var came = act.get();
              bell.ring();
              return came;
            }));
  }

  @Override
  public Optional<BatchRun> find(long execution) {
    return queries.find(execution);
  }

  @Override
  public List<BatchRun> list(BatchFilter filter, @Nullable Long before, int limit) {
    Checked.between("limit", limit, 1, MOST_RUNS);
    return queries.list(filter, before, limit);
  }

  @Override
  public Optional<BatchRange> findRange(long range) {
    return ranges.find(range);
  }

  @Override
  public List<BatchRange> listRanges(@Nullable Long before, int limit) {
    Checked.between("limit", limit, 1, MOST_RUNS);
    return ranges.list(before, limit);
  }

  @Override
  public List<BatchSkip> skips(long execution, @Nullable Long after, int limit) {
    Checked.between("limit", limit, 1, MOST_SKIPS);
    return queries.skips(execution, after, limit);
  }
}
