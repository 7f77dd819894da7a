package dev.offstage.ingest.analytics;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who was active when, exactly, from roll-ups. A person is whoever an anonymous id has signed in
 * as, by now.
 */
final class People {
  /** Which quarters of which days (UTC) fall into which part of the range. */
  private static final String PARTS =
      """
      part as materialized (
        select (s.slot at time zone 'UTC')::date as day,
          date_trunc(:interval, s.slot, :zone) as at,
          bit_or(b'1'::bit(96) >> (extract(epoch from (s.slot at time zone 'UTC')::time) / 900)
            ::integer) as slots
        from generate_series(:from::timestamptz, :to::timestamptz - interval '15 minutes',
          '15 minutes') as s(slot)
        group by 1, 2),
      who as materialized (
        select actor, person, from_day, to_day from event_who where tenant = :tenant)
      """;

  /** Each person once a part. */
  private static final String ACTIVE =
      """
      active as materialized (
        select distinct p.at, coalesce(w.person, a.actor) as person
        from part p
          join rollup_active a on a.day = p.day and (a.slots & p.slots) <> b'0'::bit(96)
          left join who w on w.actor = a.actor and a.day >= w.from_day and a.day < w.to_day
        where a.tenant = :tenant and (:app::text is null or a.app = :app))
      """;

  private static final String FIRSTS =
      """
      firsts as materialized (
        select coalesce(w.person, f.actor) as person, min(f.first_at) as first_at
        from rollup_actor f
          left join who w on w.actor = f.actor
            and (f.first_at at time zone 'UTC')::date >= w.from_day
            and (f.first_at at time zone 'UTC')::date < w.to_day
        where f.tenant = :tenant and (:app::text is null or f.app = :app)
        group by 1)
      """;

  private final JdbcClient jdbc;
  private final String tenant;
  private final @Nullable String app;

  People(JdbcClient jdbc, String tenant, @Nullable String app) {
    this.jdbc = jdbc;
    this.tenant = tenant;
    this.app = app;
  }

  private JdbcClient.StatementSpec sql(Range range, Interval interval, String text) {
    return jdbc.sql(text)
        .params(range.params())
        .param("tenant", tenant)
        .param("app", app)
        .param("interval", interval.text());
  }

  /** How many were active in each part. */
  Map<Instant, Long> active(Range range, Interval interval) {
    return byTime(
        sql(
            range,
            interval,
            "with " + PARTS + ", " + ACTIVE + " select at, count(*) as n from active group by 1"));
  }

  /** How many were active for the first time in each part. */
  Map<Instant, Long> fresh(Range range, Interval interval) {
    return byTime(
        sql(
            range,
            interval,
            "with who as materialized (select actor, person, from_day, to_day from event_who"
                + " where tenant = :tenant), "
                + FIRSTS
                + """
                select date_trunc(:interval, first_at, :zone) as at, count(*) as n
                from firsts
                where first_at >= :from::timestamptz and first_at < :to::timestamptz
                group by 1
                """));
  }

  /** How many were active in each part who had been active before it. */
  Map<Instant, Long> returning(Range range, Interval interval) {
    return byTime(
        sql(
            range,
            interval,
            "with "
                + PARTS
                + ", "
                + ACTIVE
                + ", "
                + FIRSTS
                + """
                select a.at, count(*) as n
                from active a join firsts f using (person)
                where f.first_at < greatest(a.at, :from::timestamptz) group by 1
                """));
  }

  /**
   * How many were active on each day or within the days before it.
   *
   * @param days 7 for WAU, 30 for MAU
   */
  Map<Instant, Long> trailing(Range range, int days) {
    var before =
        new Range(
            range.from().atZone(range.zone()).minusDays(days - 1L).toInstant(),
            range.to(),
            range.zone());
    // Somebody counts from a day of activity until the next one, or until it is too long ago.
    return byTime(
        sql(
                before,
                Interval.DAY,
                "with "
                    + PARTS
                    + ", "
                    + ACTIVE
                    + """
                    , run as (
                      select (at at time zone :zone)::date as day,
                        least(lead((at at time zone :zone)::date, 1, 'infinity')
                            over (partition by person order by at),
                          (at at time zone :zone)::date + :days) as until
                      from active),
                    change as (
                      select day, sum(n) as n
                      from (select day, 1 as n from run union all select until, -1 from run) c
                      group by 1),
                    level as (
                      select d.day::date as day,
                        sum(coalesce(c.n, 0)) over (order by d.day) as n
                      from generate_series((:from::timestamptz at time zone :zone)::date,
                          ((:to::timestamptz - interval '1 second') at time zone :zone)::date,
                          interval '1 day') d(day)
                        left join change c on c.day = d.day::date)
                    select day::timestamp at time zone :zone as at, n from level
                    """)
            .param("days", days));
  }

  private static Map<Instant, Long> byTime(JdbcClient.StatementSpec question) {
    var counts = new HashMap<Instant, Long>();
    question.query(
        row -> {
          counts.put(row.getObject("at", OffsetDateTime.class).toInstant(), row.getLong("n"));
        });
    return counts;
  }

  /** How many of those who came first at {@code cohort} were active at {@code at}. */
  record Kept(Instant cohort, Instant at, long persons) {}

  /**
   * Of those who came first within the range.
   *
   * @param periods how long after it who comes back is still looked at
   */
  List<Kept> retention(Range range, Interval interval, int periods) {
    var longer = range.longer(interval, periods);
    return sql(
            longer,
            interval,
            "with "
                + PARTS
                + ", "
                + ACTIVE
                + ", "
                + FIRSTS
                + """
                , cohort as materialized (
                  select person, date_trunc(:interval, first_at, :zone) as cohort
                  from firsts
                  where first_at >= :from::timestamptz and first_at < :until::timestamptz)
                select c.cohort, a.at, count(*) as n
                from cohort c join active a using (person)
                where a.at >= c.cohort group by 1, 2 order by 1, 2
                """)
        .param("until", range.to().toString())
        .query(
            (row, n) ->
                new Kept(
                    row.getObject("cohort", OffsetDateTime.class).toInstant(),
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    row.getLong("n")))
        .list();
  }

  /** How many different persons were active, whenever in the range. */
  long distinct(Range range) {
    return sql(
            range,
            Interval.DAY,
            "with " + PARTS + ", " + ACTIVE + " select count(distinct person) as n from active")
        .query(Long.class)
        .single();
  }

  /** How many different persons' events pass a filter, from the events themselves. */
  static long distinct(JdbcClient jdbc, String tenant, Range range, Filter filter) {
    return jdbc.sql(
            """
            with who as materialized (
              select actor, person, from_day, to_day from event_who where tenant = :tenant)
            select count(distinct coalesce(w.person, e.actor))
            from (
              select distinct (e.occurred_at at time zone 'UTC')::date as day,
                coalesce(event_actor('user', e.user_id),
                  event_actor('anonymous', e.anonymous_id)) as actor
              from event e
              where e.tenant = :tenant and e.occurred_at >= :from::timestamptz
                and e.occurred_at < :to::timestamptz and %s) e
              left join who w
                on w.actor = e.actor and e.day >= w.from_day and e.day < w.to_day
            """
                .formatted(Filter.OF_EVENTS))
        .params(filter.params(tenant, range))
        .query(Long.class)
        .single();
  }
}
