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
  private static final Duration EVERY = Duration.ofMillis(250);
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
    announcer.announceTouched(CallWaits.over(db).wakeAll());
    return fanOut.round(BATCH) == BATCH ? Duration.ZERO : EVERY;
  }
}
