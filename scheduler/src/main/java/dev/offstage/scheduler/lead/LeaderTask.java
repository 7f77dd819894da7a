package dev.offstage.scheduler.lead;

import dev.offstage.store.Db;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** What one node of the cluster does over and over, from the application's start to its end. */
public abstract class LeaderTask implements SmartLifecycle {
  private final Loop loop;

  /**
   * @param name as of a {@link Loop}, like {@code standby}
   */
  protected LeaderTask(String name, DataSource dataSource, Duration standby) {
    this(name, dataSource, standby, null);
  }

  /**
   * @param patience how long a statement may take; null for one that reads a few rows by an index
   */
  protected LeaderTask(
      String name, DataSource dataSource, Duration standby, @Nullable Duration patience) {
    loop = new Loop(name, dataSource, standby, this::round);
    if (patience != null) {
      loop.patient(patience);
    }
  }

  /**
   * @param db the leader's connection; to be used on this thread
   * @return how long to rest at most
   */
  protected abstract Duration round(Db db);

  @Override
  public final void start() {
    loop.start();
  }

  @Override
  public final void stop() {
    loop.stop();
  }

  @Override
  public final boolean isRunning() {
    return loop.isRunning();
  }
}
