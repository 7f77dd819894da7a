package dev.offstage.rollup;

import java.time.OffsetDateTime;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The statements that replace a span's part of each roll-up. Rows that stay as they were are not
 * written again: the hour that now is, is rolled up every few seconds. What several days have in
 * common (persons, the schema) is written by one statement in one order, so that no two spans wait
 * for one another in a circle.
 */
final class SpanParts {
  /** An event's times are kept to this many an actor, name and hour. */
  private static final int MOST_TIMES = 256;

  private static final int FETCHED = 5_000;

  /** A tenant's names, properties and types: what an app makes up must not fill the disk. */
  private static final int MOST_NOTICED = 20_000;

  /** Its events, in a {@code where}. */
  private static final String MINE =
      """
      tenant = :tenant and occurred_at >= :from::timestamptz and occurred_at < :to::timestamptz
            and date_bin('1 hour', occurred_at, :from::timestamptz) = any(:hours::timestamptz[])\
      """;

  private final JdbcClient jdbc;
  private final RollupSpan span;

  SpanParts(JdbcClient jdbc, RollupSpan span) {
    this.jdbc = jdbc;
    this.span = span;
  }

  private StatementSpec sql(String text) {
    return jdbc.sql(text.replace("$MINE", MINE))
        .params(
            Map.of(
                "tenant", span.day().tenant(),
                "day", span.day().day(),
                "from", span.begin(),
                "to", span.end(),
                "hours", RollupSpan.array(span.hours())));
  }

  /** Events by name, platform and version. Returns how many there are. */
  long countEvents() {
    return sql("""
    with fresh as materialized (
      select date_bin('15 minutes', occurred_at, :from::timestamptz) as slot, app, type,
        left(coalesce(name, ''), 255) as name, left(coalesce(platform, ''), 60) as platform,
        left(coalesce(app_version, ''), 60) as app_version, count(*) as events
      from event
      where $MINE
      group by 1, 2, 3, 4, 5, 6),
    had as materialized (
      select slot, app, type, name, platform, app_version, events from rollup_count
      where tenant = :tenant and slot >= :from::timestamptz and slot < :to::timestamptz
        and date_bin('1 hour', slot, :from::timestamptz) = any(:hours::timestamptz[])),
    gone as (
      delete from rollup_count r
      using had h left join fresh f using (slot, app, type, name, platform, app_version)
      where f.events is null and r.tenant = :tenant
        and r.slot >= :from::timestamptz and r.slot < :to::timestamptz
        and (r.slot, r.app, r.type, r.name, r.platform, r.app_version)
          = (h.slot, h.app, h.type, h.name, h.platform, h.app_version)),
    written as (
      insert into rollup_count as r
        (tenant, slot, app, type, name, platform, app_version, events)
      select :tenant, slot, app, type, name, platform, app_version, f.events
      from fresh f left join had h using (slot, app, type, name, platform, app_version)
      where h.events is distinct from f.events
      on conflict on constraint rollup_count_pk do update set events = excluded.events),
    done as (
      insert into rollup_hour (tenant, hour, events, rolled_at)
      select :tenant, h.hour, coalesce(sum(f.events), 0), now()
      from unnest(:hours::timestamptz[]) h(hour)
        left join fresh f on date_bin('1 hour', f.slot, :from::timestamptz) = h.hour
      group by 1, 2
      on conflict on constraint rollup_hour_pk
        do update set events = excluded.events, rolled_at = excluded.rolled_at)
    select coalesce(sum(events), 0)::bigint from fresh
    """)
        .query(Long.class)
        .single();
  }

  /** Who was active in which quarters of an hour, and who was so for the first time. */
  void activity() {
    sql("""
    with fresh as materialized (
      select app, coalesce(event_actor('user', user_id),
          event_actor('anonymous', anonymous_id)) as actor,
        bit_or(b'1'::bit(96)
          >> (extract(epoch from occurred_at)::bigint % 86400 / 900)::integer) as slots,
        min(occurred_at) as first_at
      from event
      where $MINE
        and (user_id is not null or anonymous_id is not null)
      group by 1, 2),
    wanted as materialized (
      select app, actor, o.slots as had,
        coalesce(o.slots & ~:mine::bit(96), b'0'::bit(96))
          | coalesce(f.slots, b'0'::bit(96)) as slots
      from (select app, actor, slots from rollup_active
            where tenant = :tenant and day = :day::date) o
        full join fresh f using (app, actor)),
    gone as (
      delete from rollup_active r using wanted w
      where r.tenant = :tenant and r.day = :day::date and r.app = w.app and r.actor = w.actor
        and w.slots = b'0'::bit(96)),
    firsts as (
      insert into rollup_actor as r (tenant, actor, app, first_at)
      select :tenant, f.actor, f.app, f.first_at
      from fresh f left join lateral (
        select first_at from rollup_actor
        where tenant = :tenant and actor = f.actor and app = f.app offset 0) o on true
      where o.first_at is null or o.first_at > f.first_at
      order by f.actor, f.app
      on conflict on constraint rollup_actor_pk do update
        set first_at = least(r.first_at, excluded.first_at))
    insert into rollup_active (tenant, day, app, actor, slots)
    select :tenant, :day::date, app, actor, slots from wanted
    where slots <> b'0'::bit(96) and slots is distinct from had
    on conflict on constraint rollup_active_pk do update set slots = excluded.slots
    """)
        .param("mine", span.slots())
        .update();
  }

  /** Who did what when. */
  void steps() {
    sql("""
    with fresh as materialized (
      select type, left(coalesce(name, ''), 255) as name, app, coalesce(event_actor('user', user_id),
          event_actor('anonymous', anonymous_id)) as actor,
        date_bin('1 hour', occurred_at, :from::timestamptz) as hour,
        (array_agg((extract(epoch from occurred_at
            - date_bin('1 hour', occurred_at, :from::timestamptz)) * 1000)::integer
          order by occurred_at))[1:(%d)] as times
      from event
      where $MINE
        and (user_id is not null or anonymous_id is not null)
      group by 1, 2, 3, 4, 5),
    had as materialized (
      select type, name, app, actor, hour, times from rollup_step
      where tenant = :tenant and hour = any(:hours::timestamptz[])),
    gone as (
      delete from rollup_step r
      using had h left join fresh f using (type, name, app, actor, hour)
      where f.times is null and r.tenant = :tenant and r.hour = any(:hours::timestamptz[])
        and (r.type, r.name, r.app, r.actor, r.hour) = (h.type, h.name, h.app, h.actor, h.hour))
    insert into rollup_step (tenant, type, name, hour, app, actor, times)
    select :tenant, type, name, hour, app, actor, f.times
    from fresh f left join had h using (type, name, app, actor, hour)
    where h.times is distinct from f.times
    on conflict on constraint rollup_step_pk do update set times = excluded.times
    """
            .formatted(MOST_TIMES))
        .update();
  }

  /** How many different persons, near enough. */
  void sketches() {
    var sketches = new SpanSketches(jdbc, span);
    sql("""
    select distinct e.hour, e.app, e.type || ':' || left(coalesce(e.name, ''), 255) as event,
      left(e.platform, 60) as platform, left(e.app_version, 60) as app_version,
      coalesce(w.person, e.actor) as person
    from (select distinct date_bin('1 hour', occurred_at, :from::timestamptz) as hour, app, type,
            name, platform, app_version,
            coalesce(event_actor('user', user_id),
              event_actor('anonymous', anonymous_id)) as actor
          from event
          where $MINE
            and (user_id is not null or anonymous_id is not null)) e
      left join event_who w on w.tenant = :tenant and w.actor = e.actor
        and w.from_day <= :day::date and w.to_day > :day::date
    order by 1, 2, 3, 4, 5, 6
    """)
        .withFetchSize(FETCHED)
        .query(
            row -> {
              sketches.at(row.getObject("hour", OffsetDateTime.class).toInstant());
              sketches.add(
                  row.getString("app"),
                  row.getString("event"),
                  row.getString("platform"),
                  row.getString("app_version"),
                  row.getLong("person"));
            });
    sketches.finish();
  }

  /** Which events and properties there are, and of which types. */
  void schema() {
    sql("""
    with seen as materialized (
      select app, type, name, property, kind, min(received_at) as first_at,
        max(received_at) as last_at
      from (
        select app, type, left(coalesce(name, ''), 255) as name, received_at,
          '' as property, 'event' as kind
        from event
        where $MINE
        union all
        select e.app, e.type, left(coalesce(e.name, ''), 255), e.received_at,
          left(p.key, 255), jsonb_typeof(p.value)
        from event e cross join lateral jsonb_each(
          case when jsonb_typeof(e.properties) = 'object' then e.properties else '{}' end) p
        where $MINE and p.key <> '') each
      group by 1, 2, 3, 4, 5),
    news as materialized (
      select n.*, o.tenant is not null as known
      from seen n left join event_schema o on o.tenant = :tenant
        and (o.app, o.type, o.name, o.property, o.kind)
          = (n.app, n.type, n.name, n.property, n.kind)
      where o.tenant is null or n.last_at > o.last_seen_at + interval '1 hour'
        or n.first_at < o.first_seen_at),
    room as (
      select greatest(0, %d - count(*)) as places from event_schema where tenant = :tenant),
    kept as (
      select * from news where known
      union all
      (select * from news where not known
       order by first_at, app, type, name, property, kind limit (select places from room)))
    insert into event_schema as s
      (tenant, app, type, name, property, kind, first_seen_at, last_seen_at)
    select :tenant, app, type, name, property, kind, first_at, last_at from kept
    order by app, type, name, property, kind
    on conflict on constraint event_schema_pk do update
      set first_seen_at = least(s.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at)
    """
            .formatted(MOST_NOTICED))
        .update();
  }
}
