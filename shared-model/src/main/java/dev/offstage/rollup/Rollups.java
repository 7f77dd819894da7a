package dev.offstage.rollup;

import dev.offstage.rollup.RollupSpans.Weighed;
import dev.offstage.store.Db;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Rolls events up, a span a transaction. Each verb may be repeated; whoever dies within one has
 * done some spans, and nothing of another. Nodes that roll up the same day of a tenant wait for one
 * another.
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
  public record Day(String tenant, LocalDate day) {
    OffsetDateTime begin() {
      return begin(day);
    }

    OffsetDateTime end() {
      return begin(day.plusDays(1));
    }

    static OffsetDateTime begin(LocalDate day) {
      return day.atStartOfDay().atOffset(ZoneOffset.UTC);
    }
  }

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
    return recompute(RollupSpans.cut(marked(day)));
  }

  /**
   * Rolls up whole days from the events that there are, marked or not. Days whose events have been
   * dropped stay as they are.
   *
   * @param to excluded
   */
  public Done recompute(String tenant, LocalDate from, LocalDate to) {
    var spans = new RollupSpans(db, new RollupRange(from, to.minusDays(1), tenant, 0), null);
    var sum = new Done(0, 0);
    for (var span = spans.next(); span != null; span = spans.next()) {
      sum = sum.plus(recompute(span));
    }
    return sum;
  }

  private Done recompute(List<RollupSpan> spans) {
    return spans.stream().map(this::recompute).reduce(new Done(0, 0), Done::plus);
  }

  /**
   * Rolls up hours of a day from the events that there are, marked or not. Hours of a day whose
   * events have been dropped stay as they are.
   */
  public Done recompute(RollupSpan span) {
    return transaction(
        () -> {
          lock(span.day());
          unmark(span);
          return hasEvents(span.day()) ? roll(span) : new Done(0, 0);
        });
  }

  private void unmark(RollupSpan span) {
    db.jdbc()
        .sql("delete from event_dirty where tenant = :tenant and hour = any(:hours::timestamptz[])")
        .param("tenant", span.day().tenant())
        .param("hours", RollupSpan.array(span.hours()))
        .update();
  }

  /**
   * Sorts and hashes of a span fit into memory. Of tables that were filled just now PostgreSQL
   * knows nothing, and would compare each row with each other one. The transaction may be
   * another's: when the span is done, it plans as before.
   */
  private void plan(boolean nestedLoops) {
    db.jdbc()
        .sql(
            "select set_config('work_mem', '64MB', true), set_config('jit', 'off', true),"
                + " set_config('plan_cache_mode', 'force_custom_plan', true),"
                + " set_config('enable_nestloop', :nestedLoops, true)")
        .param("nestedLoops", nestedLoops ? "on" : "off")
        .query((row, n) -> true)
        .single();
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
    lock(day);
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

  private List<Weighed> marked(Day day) {
    return db.jdbc()
        .sql(
            """
            select d.hour, (select count(*) from event e where e.tenant = :tenant
              and e.occurred_at >= d.hour and e.occurred_at < d.hour + interval '1 hour') as events
            from (select distinct hour from event_dirty
              where tenant = :tenant and hour >= :from::timestamptz and hour < :to::timestamptz) d
            order by 1
            """)
        .param("tenant", day.tenant())
        .param("from", day.begin())
        .param("to", day.end())
        .query(
            (row, n) ->
                new Weighed(
                    day,
                    row.getObject("hour", OffsetDateTime.class).toInstant(),
                    row.getLong("events")))
        .list();
  }

  private Done roll(RollupSpan span) {
    plan(false);
    var parts = new SpanParts(db.jdbc(), span);
    long events = parts.countEvents();
    parts.steps();
    parts.sketches();
    // Other days want these rows, too.
    parts.activity();
    parts.schema();
    plan(true);
    return new Done(span.hours().size(), events);
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
}
