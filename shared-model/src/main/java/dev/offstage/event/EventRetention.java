package dev.offstage.event;

import dev.offstage.store.Db;
import java.time.Duration;

/** Makes the days of events ahead of time, and drops those that have passed theirs. */
public final class EventRetention {
  private final Db db;

  private EventRetention(Db db) {
    this.db = db;
  }

  public static EventRetention over(Db db) {
    return new EventRetention(db);
  }

  /** Makes the partitions of today and tomorrow, so that no writer waits for them at midnight. */
  public void makeDays() {
    db.jdbc()
        .sql(
            """
            select ensure_event_days(array[(now() at time zone 'UTC')::date,
              (now() at time zone 'UTC')::date + 1])\
            """)
        .query((row, n) -> n)
        .list();
  }

  /**
   * Drops the days that ended longer ago than that. Returns how many went; one that is in use stays
   * for the next time.
   */
  public int dropDays(Duration events, Duration rejects) {
    return drop("event", events) + drop("event_reject", rejects);
  }

  private int drop(String parent, Duration after) {
    return db.jdbc()
        .sql(
            """
            select drop_event_days(cast(:parent as regclass),
              (now() at time zone 'UTC' - :afterMs * interval '1 ms')::date)
            """)
        .param("parent", parent)
        .param("afterMs", after.toMillis())
        .query(Integer.class)
        .single();
  }

  /** Forgets tombstones that nothing can come for any more: events so old are dropped anyway. */
  public int forgetTombstones(Duration after) {
    return db.jdbc()
        .sql("delete from event_tombstone where until < now() - :afterMs * interval '1 ms'")
        .param("afterMs", after.toMillis())
        .update();
  }
}
