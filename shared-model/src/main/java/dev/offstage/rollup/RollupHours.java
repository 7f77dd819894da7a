package dev.offstage.rollup;

import dev.offstage.rollup.Rollups.Day;
import dev.offstage.store.Db;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The hours of a range that have events, or have been rolled up, by day, tenant and hour. Holds one
 * day's at a time.
 */
public final class RollupHours {
  private static final String HOURS =
      """
      from tenant t cross join generate_series(
        :from::timestamptz, :to::timestamptz - interval '1 hour', '1 hour') as h(hour)
      where (t.id = :tenant
          or (:tenant::text is null and abs(hashtext(t.id)::bigint) % :buckets = :bucket))
        and (h.hour at time zone 'UTC')::date in (select event_days())
        and not exists (select from rollup_closed c
          where c.tenant = t.id and c.day = (h.hour at time zone 'UTC')::date)
        and (exists (select from event e where e.tenant = t.id
            and e.occurred_at >= h.hour and e.occurred_at < h.hour + interval '1 hour')
          or exists (select from rollup_hour r where r.tenant = t.id and r.hour = h.hour)
          or exists (select from event_dirty d where d.tenant = t.id and d.hour = h.hour))
      """;

  private static final String SELECT = "select t.id, h.hour " + HOURS;

  private final JdbcClient jdbc;
  private final RollupRange range;
  private final Deque<RollupHour> ahead = new ArrayDeque<>();
  private LocalDate next;

  /**
   * @param place the {@link RollupHour#place()} after which to go on; null for the beginning
   */
  public RollupHours(Db db, RollupRange range, @Nullable String place) {
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
    var day = Instant.parse(words[0]).atOffset(ZoneOffset.UTC).toLocalDate();
    ahead.addAll(
        hours(
            day,
            select(
                    SELECT + " and (t.id, h.hour) > (:after, :at::timestamptz) order by 1, 2",
                    day,
                    day)
                .param("after", words[1])
                .param("at", words[0])));
    next = day.plusDays(1);
  }

  /** How many there are, in the whole range. */
  public long count() {
    return select("select count(*) " + HOURS, range.from(), range.to()).query(Long.class).single();
  }

  /** The next one; null at the end. */
  public @Nullable RollupHour next() {
    while (ahead.isEmpty() && !next.isAfter(range.to())) {
      ahead.addAll(hours(next, select(SELECT + " order by 1, 2", next, next)));
      next = next.plusDays(1);
    }
    return ahead.poll();
  }

  private static List<RollupHour> hours(LocalDate day, StatementSpec statement) {
    return statement
        .query(
            (row, n) ->
                new RollupHour(
                    new Day(row.getString("id"), day),
                    row.getObject("hour", OffsetDateTime.class).toInstant()))
        .list();
  }

  private StatementSpec select(String sql, LocalDate first, LocalDate last) {
    return jdbc.sql(sql)
        .param("from", begin(first))
        .param("to", begin(last.plusDays(1)))
        .param("tenant", range.tenant())
        .param("buckets", RollupRange.BUCKETS)
        .param("bucket", range.bucket());
  }

  private static String begin(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toString();
  }
}
