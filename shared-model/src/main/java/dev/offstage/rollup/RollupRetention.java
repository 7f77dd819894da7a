package dev.offstage.rollup;

import dev.offstage.rollup.Rollups.Day;
import dev.offstage.store.Db;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

/**
 * Forgets roll-ups of days that have passed their time. Who was ever active stays ({@code
 * rollup_actor}): else everybody who comes back would be new.
 */
public final class RollupRetention {
  private final Db db;

  private RollupRetention(Db db) {
    this.db = db;
  }

  public static RollupRetention over(Db db) {
    return new RollupRetention(db);
  }

  /** Days that ended longer ago than that, the oldest first. */
  public List<Day> old(Duration after, int limit) {
    return db.jdbc()
        .sql(
            """
            select distinct (hour at time zone 'UTC')::date as day, tenant from rollup_hour
            where hour < date_trunc('day', now() - :afterMs * interval '1 ms', 'UTC')
            order by day, tenant limit :limit
            """)
        .param("afterMs", after.toMillis())
        .param("limit", limit)
        .query((row, n) -> new Day(row.getString("tenant"), row.getObject("day", LocalDate.class)))
        .list();
  }

  /** Forgets all that is kept of a day, in one transaction. */
  public void forget(Day day) {
    db.transactions()
        .executeWithoutResult(
            status -> {
              Rollups.lock(db.jdbc(), day);
              List.of(
                      "rollup_count where tenant = :tenant and slot >= :from::timestamptz"
                          + " and slot < :to::timestamptz",
                      "rollup_active where tenant = :tenant and day = :day::date",
                      hours("rollup_step where tenant = :tenant"),
                      hours(
                          "rollup_sketch where tenant = :tenant"
                              + " and dimension in ('all', 'event', 'platform', 'version')"),
                      "rollup_closed where tenant = :tenant and day = :day::date",
                      hours("rollup_hour where tenant = :tenant"))
                  .forEach(rows -> delete(rows, day));
            });
  }

  private static String hours(String rows) {
    return rows + " and hour >= :from::timestamptz and hour < :to::timestamptz";
  }

  private void delete(String rows, Day day) {
    db.jdbc()
        .sql("delete from " + rows)
        .param("tenant", day.tenant())
        .param("day", day.day().toString())
        .param("from", day.begin())
        .param("to", day.end())
        .update();
  }

  /** Forgets sessions that ended longer ago than that. Returns how many. */
  public int forgetSessions(Duration after) {
    return db.jdbc()
        .sql("delete from event_session where last_event_at < now() - :afterMs * interval '1 ms'")
        .param("afterMs", after.toMillis())
        .update();
  }
}
