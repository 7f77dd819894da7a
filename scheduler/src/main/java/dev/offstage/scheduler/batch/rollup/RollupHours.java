package dev.offstage.scheduler.batch.rollup;

import dev.offstage.rollup.Rollups.Day;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Reads the hours of a part that have events, or have been rolled up, by day and tenant. Holds one
 * day's at a time.
 */
final class RollupHours implements ItemStreamReader<RollupHour> {
  private static final String AFTER = "after";

  private static final String HOURS =
      """
      from tenant t cross join generate_series(
        :from::timestamptz, :to::timestamptz - interval '1 hour', '1 hour') as h(hour)
      where (t.id = :tenant or (:tenant::text is null and abs(hashtext(t.id)::bigint) % :buckets
          = :bucket))
        and (h.hour at time zone 'UTC')::date in (select event_days())
        and (exists (select from event e where e.tenant = t.id
            and e.occurred_at >= h.hour and e.occurred_at < h.hour + interval '1 hour')
          or exists (select from rollup_hour r where r.tenant = t.id and r.hour = h.hour)
          or exists (select from event_dirty d where d.tenant = t.id and d.hour = h.hour))
      """;

  private final JdbcClient jdbc;
  private final RollupPart part;
  private final Deque<RollupHour> ahead = new ArrayDeque<>();
  private LocalDate next;
  private @Nullable RollupHour last;

  RollupHours(JdbcClient jdbc, RollupPart part) {
    this.jdbc = jdbc;
    this.part = part;
    this.next = part.from();
  }

  /** How many there are, of the whole part. */
  long count() {
    return select("select count(*) " + HOURS, part.from(), part.to()).query(Long.class).single();
  }

  @Override
  public void open(ExecutionContext context) {
    if (!context.containsKey(AFTER)) {
      return;
    }
    // The tenant is last, as it is the only part whose length varies.
    var words = context.getString(AFTER).split(" ", 2);
    var hour = Instant.parse(words[0]);
    var day = hour.atOffset(ZoneOffset.UTC).toLocalDate();
    last = new RollupHour(new Day(words[1], day), hour);
    ahead.addAll(
        select(
                "select t.id, h.hour "
                    + HOURS
                    + " and (t.id, h.hour) > (:after, :at::timestamptz)"
                    + " order by 1, 2",
                day,
                day)
            .param("after", words[1])
            .param("at", words[0])
            .query(
                (row, n) ->
                    hour(day, row.getString("id"), row.getObject("hour", OffsetDateTime.class)))
            .list());
    next = day.plusDays(1);
  }

  @Override
  public @Nullable RollupHour read() {
    while (ahead.isEmpty() && !next.isAfter(part.to())) {
      ahead.addAll(hours(next));
      next = next.plusDays(1);
    }
    var hour = ahead.poll();
    last = hour == null ? last : hour;
    return hour;
  }

  @Override
  public void update(ExecutionContext context) {
    if (last != null) {
      context.putString(AFTER, last.hour() + " " + last.day().tenant());
    }
  }

  private List<RollupHour> hours(LocalDate day) {
    return select("select t.id, h.hour " + HOURS + " order by 1, 2", day, day)
        .query(
            (row, n) -> hour(day, row.getString("id"), row.getObject("hour", OffsetDateTime.class)))
        .list();
  }

  private static RollupHour hour(LocalDate day, String tenant, OffsetDateTime hour) {
    return new RollupHour(new Day(tenant, day), hour.toInstant());
  }

  private StatementSpec select(String sql, LocalDate first, LocalDate last) {
    return jdbc.sql(sql)
        .param("from", begin(first))
        .param("to", begin(last.plusDays(1)))
        .param("tenant", part.tenant())
        .param("buckets", RollupPart.BUCKETS)
        .param("bucket", part.bucket());
  }

  private static String begin(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toString();
  }
}
