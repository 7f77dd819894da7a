package dev.offstage.rollup;

import dev.offstage.rollup.Rollups.Day;
import dev.offstage.store.Db;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The hours of a range that have events, or have been rolled up, by day, tenant and hour, in spans
 * that are worth a transaction. Holds one day's at a time.
 */
public final class RollupSpans {
  /** Events that a span may have, unless a single hour has more. */
  private static final long MOST_EVENTS = 250_000;

  private static final String HOURS =
      """
      select tenant, hour, sum(events)::bigint as events from (
        select tenant, date_trunc('hour', occurred_at, 'UTC') as hour, count(*) as events
        from event
        where %1$s and occurred_at >= :from::timestamptz and occurred_at < :to::timestamptz
        group by 1, 2
        union all
        select r.tenant, r.hour, 0
        from (select id as tenant from tenant) t join rollup_hour r using (tenant)
        where %1$s and hour >= :from::timestamptz and hour < :to::timestamptz
        union all
        select distinct tenant, hour, 0 from event_dirty
        where %1$s and hour >= :from::timestamptz and hour < :to::timestamptz) each
      where (tenant, hour) > (:afterTenant, :afterHour::timestamptz)
        and :day::date in (select event_days())
        and not exists (select from rollup_closed c
          where c.tenant = each.tenant and c.day = :day::date)
      group by 1, 2 order by 1, 2
      """;

  private final JdbcClient jdbc;
  private final RollupRange range;
  private final Deque<RollupSpan> ahead = new ArrayDeque<>();
  private LocalDate next;

  /** An hour, and about how many events it has. */
  record Weighed(Day day, Instant hour, long events) {}

  /**
   * @param place the {@link RollupSpan#place()} after which to go on; null for the beginning
   */
  public RollupSpans(Db db, RollupRange range, @Nullable String place) {
    this.jdbc = db.jdbc();
    this.range = range;
    this.next = range.from();
    if (place != null) {
      goOn(place);
    }
  }

  private void goOn(String place) {
    // The tenant is last, as it is the only part whose length varies.
    var words = place.split(" ", 2);
    next = OffsetDateTime.parse(words[0]).toLocalDate();
    look(words[1], OffsetDateTime.parse(words[0]));
  }

  /** The next one; null at the end. */
  public @Nullable RollupSpan next() {
    while (ahead.isEmpty() && !next.isAfter(range.to())) {
      look("", OffsetDateTime.MIN);
    }
    return ahead.poll();
  }

  /** How many are left; none is, after this. */
  public long count() {
    long count = 0;
    while (next() != null) {
      count++;
    }
    return count;
  }

  private void look(String afterTenant, OffsetDateTime afterHour) {
    var day = next;
    var hours =
        select(day)
            .param("afterTenant", afterTenant)
            .param("afterHour", afterHour)
            .query(
                (row, n) ->
                    new Weighed(
                        new Day(row.getString("tenant"), day),
                        row.getObject("hour", OffsetDateTime.class).toInstant(),
                        row.getLong("events")))
            .list();
    ahead.addAll(cut(hours));
    next = day.plusDays(1);
  }

  private StatementSpec select(LocalDate day) {
    var statement =
        range.tenant() == null
            ? jdbc.sql(HOURS.formatted("abs(hashtext(tenant)::bigint) % :buckets = :bucket"))
                .param("buckets", RollupRange.BUCKETS)
                .param("bucket", range.bucket())
            : jdbc.sql(HOURS.formatted("tenant = :tenant")).param("tenant", range.tenant());
    return statement
        .param("day", day)
        .param("from", Day.begin(day))
        .param("to", Day.begin(day.plusDays(1)));
  }

  /** Puts neighbours of a day together. */
  static List<RollupSpan> cut(List<Weighed> hours) {
    var spans = new ArrayList<RollupSpan>();
    var span = new ArrayList<Instant>();
    @Nullable Day day = null;
    long events = 0;
    for (var hour : hours) {
      if (day != null && (!hour.day().equals(day) || events + hour.events() > MOST_EVENTS)) {
        spans.add(new RollupSpan(day, span));
        span.clear();
        events = 0;
      }
      day = hour.day();
      span.add(hour.hour());
      events += hour.events();
    }
    if (day != null) {
      spans.add(new RollupSpan(day, span));
    }
    return spans;
  }
}
