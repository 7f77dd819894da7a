package dev.offstage.scheduler.expire;

import dev.offstage.client.Announcer;
import dev.offstage.scheduler.lead.LeaderTask;
import dev.offstage.store.Db;
import dev.offstage.store.ExpiryStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** The expiry loop. */
@Component
final class Expiry extends LeaderTask {
  /** The longest rest: a job may come that expires before all others. */
  private static final Duration EVERY = Duration.ofSeconds(1);

  private static final Duration STANDBY = Duration.ofSeconds(5);
  private static final int BATCH = 500;

  private final Announcer announcer;
  private final Counter expired;

  Expiry(DataSource dataSource, Announcer announcer, MeterRegistry meters) {
    super("expiry", dataSource, STANDBY);
    this.announcer = announcer;
    this.expired = meters.counter("offstage.jobs.expired");
  }

  @Override
  protected Duration round(Db db) {
    var store = ExpiryStore.over(db);
    var next = store.next();
    if (next.isEmpty() || next.get().compareTo(EVERY) >= 0) {
      return EVERY;
    }
    if (next.get().isPositive()) {
      return next.get().plusMillis(1);
    }
    var ended = store.expire(BATCH);
    expired.increment(ended.expired());
    announcer.announceTouched(ended.touched());
    return ended.expired() > 0 ? Duration.ZERO : EVERY; // none: others have ended them
  }
}
