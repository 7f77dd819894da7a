package dev.offstage.scheduler.rollup;

import dev.offstage.rollup.Rollups;
import dev.offstage.scheduler.lead.LeaderTask;
import dev.offstage.store.Db;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** The roll-up loop. */
@Component
final class RollupLoop extends LeaderTask {
  private static final Duration STANDBY = Duration.ofSeconds(5);

  /** For one statement over the events of an hour. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int DAYS = 100;

  private final RollupProperties properties;
  private final Counter hours;
  private final Counter events;
  private final AtomicLong behind = new AtomicLong();

  RollupLoop(DataSource dataSource, RollupProperties properties, MeterRegistry meters) {
    super("rollup", dataSource, STANDBY, PATIENCE);
    this.properties = properties;
    this.hours = meters.counter("offstage.rollup.hours");
    this.events = meters.counter("offstage.rollup.events");
    Gauge.builder("offstage.rollup.behind", behind, AtomicLong::get)
        .baseUnit("seconds")
        .description("Since the oldest hour began that is not rolled up")
        .register(meters);
  }

  @Override
  protected Duration round(Db db) {
    long start = System.nanoTime();
    var rollups = Rollups.over(db);
    var dirty = rollups.dirty(DAYS);
    for (var day : dirty) {
      if (!isRunning()) {
        break;
      }
      var done = rollups.refresh(day);
      hours.increment(done.hours());
      events.increment(done.events());
    }
    behind.set(rollups.behind().toSeconds());
    return properties.rest(Duration.ofNanos(System.nanoTime() - start));
  }
}
