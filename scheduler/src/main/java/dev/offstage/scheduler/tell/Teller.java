package dev.offstage.scheduler.tell;

import dev.offstage.call.CallWaits;
import dev.offstage.client.Announcer;
import dev.offstage.scheduler.lead.LeaderTask;
import dev.offstage.store.Db;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** The loop that tells. */
@Component
final class Teller extends LeaderTask {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Where something was told there is more to tell. */
  private static final Duration EVERY_IN_USE = Duration.ofMillis(100);

  private static final Duration STANDBY = Duration.ofSeconds(5);
  private static final int BATCH = 200;

  private final FanOut fanOut;
  private final Announcer announcer;

  Teller(DataSource dataSource, FanOut fanOut, Announcer announcer) {
    super("tell", dataSource, STANDBY);
    this.fanOut = fanOut;
    this.announcer = announcer;
  }

  @Override
  protected Duration round(Db db) {
    var woken = CallWaits.over(db).wakeAll();
    announcer.announceTouched(woken);
    int told = fanOut.round(BATCH);
    if (told == BATCH) {
      return Duration.ZERO;
    }
    return told == 0 && woken.isEmpty() ? EVERY : EVERY_IN_USE;
  }
}
