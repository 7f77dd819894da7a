package dev.offstage.scheduler.prune;

import dev.offstage.event.ErasureStore;
import dev.offstage.event.EventRetention;
import dev.offstage.retention.RetentionKind;
import dev.offstage.retention.RetentionRules;
import dev.offstage.rollup.RollupRetention;
import dev.offstage.scheduler.batch.run.RunRetention;
import dev.offstage.scheduler.lead.Cadence;
import dev.offstage.scheduler.lead.LeaderTask;
import dev.offstage.store.Db;
import dev.offstage.store.ParkingStore;
import dev.offstage.store.PruneStore;
import dev.offstage.store.RetentionStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The hygiene loop. */
@Component
final class Prune extends LeaderTask {
  private static final Logger log = LoggerFactory.getLogger(Prune.class);

  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration STANDBY = Duration.ofSeconds(10);

  /** An index of a whole day's jobs may be in the making. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private static final int BATCH = 5_000;
  private static final int RUNS = 200;
  private static final int GATES_SHOWN = 50;
  private static final int ERASED_A_ROUND = 20;

  private final RetentionProperties properties;
  private final MultiGauge parked;
  private final Cadence tally = new Cadence(Duration.ofSeconds(30));
  private final Cadence keys = new Cadence(Duration.ofMinutes(10));
  private final Cadence retention = new Cadence(Duration.ofHours(1));
  private final Cadence rollups = new Cadence(Duration.ofDays(1));

  Prune(DataSource dataSource, RetentionProperties properties, MeterRegistry meters) {
    super("prune", dataSource, STANDBY, PATIENCE);
    this.properties = properties;
    this.parked = MultiGauge.builder("offstage.jobs.parked").register(meters);
  }

  @Override
  protected Duration round(Db db) {
    var store = PruneStore.over(db);
    store.foldCounts();
    if (tally.isTime()) {
      tally(ParkingStore.over(db));
    }
    if (keys.isTime()) {
      forgetKeys(store);
    }
    if (retention.isTime()) {
      var rules = RetentionRules.over(db);
      forgetJobs(store, RetentionStore.over(db), rules);
      forgetEvents(EventRetention.over(db), rules);
      forgetRuns(RunRetention.over(db));
    }
    if (rollups.isTime()) {
      forgetRollups(RollupRetention.over(db));
    }
    erase(ErasureStore.over(db));
    return EVERY;
  }

  /** A tenant may have its events kept longer; the batch `retention` takes the others' then. */
  private void forgetEvents(EventRetention events, RetentionRules rules) {
    events.makeDays();
    var longest = rules.longest(RetentionKind.EVENTS, properties.events());
    int dropped =
        events.dropDays(longest, rules.longest(RetentionKind.REJECTS, properties.rejects()));
    if (dropped > 0) {
      log.info("Dropped {} days of events that have passed their time", dropped);
    }
    events.forgetTombstones(longest);
  }

  private void forgetRuns(RunRetention runs) {
    inBatches(RUNS, () -> runs.forget(properties.runs(), RUNS));
    runs.forgetOwners(properties.runs());
  }

  private void forgetRollups(RollupRetention kept) {
    for (var old = kept.old(properties.rollups(), BATCH);
        !old.isEmpty() && isRunning();
        old = kept.old(properties.rollups(), BATCH)) {
      old.forEach(kept::forget);
      log.info("Forgot the roll-ups of {} days that have passed their time", old.size());
    }
    kept.forgetSessions(properties.events());
  }

  /** Whoever asked to be forgotten waits for the round's rest at most. */
  private void erase(ErasureStore erasures) {
    for (var erasure : erasures.undone(ERASED_A_ROUND)) {
      log.info("Erasure {} is done: {} events deleted", erasure, erasures.erase(erasure));
    }
  }

  private void tally(ParkingStore store) {
    parked.register(
        store.mostWaiting(GATES_SHOWN).stream()
            .map(gate -> MultiGauge.Row.of(Tags.of("gate", gate.gate()), gate.jobs()))
            .toList(),
        true);
  }

  private void forgetKeys(PruneStore store) {
    inBatches(() -> store.forgetKeys(properties.idempotencyKeys(), properties.receipts(), BATCH));
    inBatches(() -> store.forgetUniqueKeys(BATCH));
  }

  private void forgetJobs(PruneStore store, RetentionStore jobs, RetentionRules rules) {
    var keep = rules.longest(RetentionKind.JOBS, properties.jobs());
    for (var day : jobs.oldDays(keep)) {
      forget(day, jobs, keep);
    }
    inBatches(() -> store.forgetWorkflows(keep, BATCH));
    inBatches(() -> store.forgetPushes(keep, BATCH));
  }

  private void forget(String day, RetentionStore jobs, Duration keep) {
    var fate = jobs.forget(day, keep, BATCH);
    while (fate == RetentionStore.Fate.LESSENED && isRunning()) {
      fate = jobs.forget(day, keep, BATCH);
    }
    if (fate == RetentionStore.Fate.IN_USE) {
      retention.hasten(Duration.ofMinutes(1));
    } else if (fate != RetentionStore.Fate.KEPT) {
      log.info("The jobs of {} that ended more than {} ago: {}", day, keep, fate);
    }
  }

  private void inBatches(IntSupplier forget) {
    inBatches(BATCH, forget);
  }

  private void inBatches(int size, IntSupplier forget) {
    while (forget.getAsInt() >= size && isRunning()) {
      // and the next batch
    }
  }
}
