package dev.offstage.rollup;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Rolls events up. Each verb is one transaction, and may be repeated; whoever dies within one has
 * changed nothing. Nodes that roll up the same day of a tenant wait for one another.
 */
public final class Rollups {
  private final Db db;

  private Rollups(Db db) {
    this.db = db;
  }

  /** The verbs over a connection that may take its time: an hour may have many events. */
  public static Rollups over(Db db) {
    return new Rollups(db);
  }

  /** A day (UTC) of a tenant. */
  public record Day(String tenant, LocalDate day) {}

  /**
   * What rolling up came to.
   *
   * @param hours that were counted anew
   * @param events in them
   */
  public record Done(int hours, long events) {
    private Done plus(Done other) {
      return new Done(hours + other.hours, events + other.events);
    }
  }

  /** Days with dirty hours, those of today and yesterday first. */
  public List<Day> dirty(int limit) {
    return db.jdbc()
        .sql(
            """
            select tenant, (hour at time zone 'UTC')::date as day
            from event_dirty group by 1, 2 order by 2 desc, 1 limit :limit
            """)
        .param("limit", limit)
        .query((row, n) -> new Day(row.getString("tenant"), row.getObject("day", LocalDate.class)))
        .list();
  }

  /** Rolls up those hours of a day that are marked dirty, and takes the marks away. */
  public Done refresh(Day day) {
    return transaction(
        () -> {
          lock(day);
          var hours = marks(day);
          return roll(day, hasEvents(day) ? hours : List.of());
        });
  }

  /**
   * Rolls up whole days from the events that there are, marked or not, a transaction a day. Days
   * whose events have been dropped stay as they are.
   *
   * @param to excluded
   */
  public Done recompute(String tenant, LocalDate from, LocalDate to) {
    return from.datesUntil(to)
        .map(day -> recompute(new Day(tenant, day)))
        .reduce(new Done(0, 0), Done::plus);
  }

  private Done recompute(Day day) {
    return transaction(
        () -> {
          lock(day);
          var hours = new TreeSet<>(marks(day));
          hours.addAll(known(day));
          return roll(day, hasEvents(day) ? hours : List.of());
        });
  }

  /**
   * Rolls up hours of a day from the events that there are, marked or not. Hours of a day whose
   * events have been dropped stay as they are.
   */
  public Done recompute(Day day, Collection<Instant> hours) {
    return transaction(
        () -> {
          lock(day);
          unmark(day, hours);
          return roll(day, hasEvents(day) ? new TreeSet<>(hours) : List.of());
        });
  }

  private void unmark(Day day, Collection<Instant> hours) {
    db.jdbc()
        .sql("delete from event_dirty where tenant = :tenant and hour = any(:hours::timestamptz[])")
        .param("tenant", day.tenant())
        .param("hours", hours.stream().map(Instant::toString).toArray(String[]::new))
        .update();
  }

  private Done transaction(java.util.function.Supplier<Done> work) {
    var done = db.transactions().execute(status -> work.get());
    return done == null ? new Done(0, 0) : done;
  }

  /** Statements after this one see what whoever had the lock before has written. */
  private void lock(Day day) {
    lock(db.jdbc(), day);
  }

  static void lock(JdbcClient jdbc, Day day) {
    jdbc.sql("select pg_advisory_xact_lock(hashtextextended('offstage.rollup:' || :day, 0))")
        .param("day", day.tenant() + ":" + day.day())
        .query((row, n) -> true)
        .single();
  }

  /**
   * Closes a day: the tenant's events of it are about to go by age, and what was counted of them
   * stays. Takes part in the transaction that deletes them; what is dirty is counted before.
   */
  public void close(Day day) {
    refresh(day);
    db.jdbc()
        .sql(
            "insert into rollup_closed (tenant, day) values (:tenant, :day) on conflict do nothing")
        .param("tenant", day.tenant())
        .param("day", day.day())
        .update();
  }

  /** A day whose events have had their time keeps the roll-ups that it has. */
  private boolean hasEvents(Day day) {
    return db.jdbc()
        .sql(
            """
            select :day::date in (select event_days())
              and not exists (select from rollup_closed where tenant = :tenant and day = :day::date)
            """)
        .param("tenant", day.tenant())
        .param("day", day.day().toString())
        .query(Boolean.class)
        .single();
  }

  private List<Instant> marks(Day day) {
    return db.jdbc()
        .sql(
            """
            with taken as (
              delete from event_dirty
              where tenant = :tenant and hour >= :from::timestamptz and hour < :to::timestamptz
              returning hour)
            select distinct hour from taken order by hour
            """)
        .param("tenant", day.tenant())
        .param("from", begin(day))
        .param("to", end(day))
        .query(Rollups::hour)
        .list();
  }

  /** The hours that have events, or have been rolled up. */
  private List<Instant> known(Day day) {
    return db.jdbc()
        .sql(
            """
            select hour from rollup_hour
            where tenant = :tenant and hour >= :from::timestamptz and hour < :to::timestamptz
            union
            select h.hour from generate_series(
              :from::timestamptz, :to::timestamptz - interval '1 hour', '1 hour') as h(hour)
            where exists (select from event e where e.tenant = :tenant
              and e.occurred_at >= h.hour and e.occurred_at < h.hour + interval '1 hour')
            """)
        .param("tenant", day.tenant())
        .param("from", begin(day))
        .param("to", end(day))
        .query(Rollups::hour)
        .list();
  }

  private static Instant hour(ResultSet row, int index) throws SQLException {
    return row.getObject("hour", OffsetDateTime.class).toInstant();
  }

  private Done roll(Day day, Collection<Instant> hours) {
    var sum = new Done(0, 0);
    for (var hour : hours) {
      var parts = new HourParts(db.jdbc(), day, hour);
      long events = parts.countEvents();
      parts.activity();
      parts.steps();
      parts.sketches();
      parts.schema();
      parts.done(events);
      sum = sum.plus(new Done(1, events));
    }
    return sum;
  }

  /** How long ago the oldest mark's hour began that is not rolled up yet; zero if none is. */
  public Duration behind() {
    long millis =
        db.jdbc()
            .sql(
                """
                select coalesce(extract(epoch from now() - min(hour)) * 1000, 0)::bigint
                from event_dirty
                """)
            .query(Long.class)
            .single();
    return Duration.ofMillis(Math.max(0, millis));
  }

  static String begin(Day day) {
    return day.day().atStartOfDay(ZoneOffset.UTC).toInstant().toString();
  }

  static String end(Day day) {
    return begin(new Day(day.tenant(), day.day().plusDays(1)));
  }
}
