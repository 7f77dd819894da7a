package dev.offstage.ingest.analytics;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Numbers of events, from roll-ups. */
final class Counts {
  private final JdbcClient jdbc;
  private final String tenant;
  private final Range range;
  private final Filter filter;

  Counts(JdbcClient jdbc, String tenant, Range range, Filter filter) {
    this.jdbc = jdbc;
    this.tenant = tenant;
    this.range = range;
    this.filter = filter;
  }

  /** A value and how many there are of it. */
  record Group(String value, long count) {}

  /** How many events each part of the range has; a part without any is not there. */
  Map<Instant, Long> byTime(Interval interval) {
    var counts = new HashMap<Instant, Long>();
    jdbc.sql(
            """
            select date_trunc(:interval, r.slot, :zone) as at, sum(r.events) as n
            from rollup_count r
            where r.tenant = :tenant and r.slot >= :from::timestamptz
              and r.slot < :to::timestamptz and %s
            group by 1
            """
                .formatted(Filter.OF_COUNTS))
        .params(filter.params(tenant, range))
        .param("interval", interval.text())
        .query(
            row -> {
              counts.put(row.getObject("at", OffsetDateTime.class).toInstant(), row.getLong("n"));
            });
    return counts;
  }

  /** The values that have most events. */
  List<Group> by(Dimension dimension, int limit) {
    return dimension.isRolledUp() ? rolledUp(dimension, limit) : raw(dimension, "count(*)", limit);
  }

  private List<Group> rolledUp(Dimension dimension, int limit) {
    return jdbc.sql(
            """
            select %s as value, sum(r.events) as n
            from rollup_count r
            where r.tenant = :tenant and r.slot >= :from::timestamptz
              and r.slot < :to::timestamptz and %s
            group by 1 order by 2 desc, 1 limit :limit
            """
                .formatted(dimension.ofCounts(), Filter.OF_COUNTS))
        .params(filter.params(tenant, range))
        .param("limit", limit)
        .query((row, n) -> new Group(row.getString("value"), row.getLong("n")))
        .list();
  }

  /** The values that most persons have, counted one by one. */
  List<Group> personsBy(Dimension dimension, int limit) {
    return raw(dimension, "count(distinct coalesce(w.person, e.actor))", limit);
  }

  private List<Group> raw(Dimension dimension, String measure, int limit) {
    return jdbc.sql(
            """
            with who as materialized (
              select actor, person, from_day, to_day from event_who where tenant = :tenant)
            select e.value, %s as n
            from (
              select %s as value, (e.occurred_at at time zone 'UTC')::date as day,
                coalesce(event_actor('user', e.user_id),
                  event_actor('anonymous', e.anonymous_id)) as actor
              from event e
              where e.tenant = :tenant and e.occurred_at >= :from::timestamptz
                and e.occurred_at < :to::timestamptz and %s) e
              left join who w
                on w.actor = e.actor and e.day >= w.from_day and e.day < w.to_day
            where e.value is not null
            group by 1 order by 2 desc, 1 limit :limit
            """
                .formatted(measure, dimension.ofEvents(), Filter.OF_EVENTS))
        .params(filter.params(tenant, range))
        .param("property", dimension.property())
        .param("limit", limit)
        .query((row, n) -> new Group(row.getString("value"), row.getLong("n")))
        .list();
  }
}
