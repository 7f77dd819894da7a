package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sessions of apps that name none: what a device, or else an anonymous id, did without a gap. A
 * late event may lengthen a session, or make one of two; which session an event belongs to is told
 * by subject and time. What names neither comes from a server, and is nobody's session.
 */
@Component
@Order(510)
final class GapSessions implements WriteStep {
  /** Writers of the same subject take turns; so many locks are enough to tell subjects apart. */
  private static final int LOCKS = 256;

  /**
   * Makes islands of what is given and of the sessions that it touches. An island keeps its
   * earliest session's id; one without gets one.
   */
  private static final String MERGE =
      """
      with given as materialized (
        select *, null::text as session_id
        from unnest(cast(:tenants as text[]), cast(:apps as text[]),
          cast(:ids as text[]), cast(:firsts as timestamptz[]),
          cast(:lasts as timestamptz[]), cast(:counts as bigint[]), cast(:users as text[]),
          cast(:anonymous as text[]), cast(:devices as text[]), cast(:versions as text[]),
          cast(:platforms as text[]))
        as g (tenant, app, subject, started_at, last_event_at, events, user_id, anonymous_id,
          device_id, app_version, platform)),
      touched as materialized (
        select distinct t.tenant, t.app, t.session_id
        from given g cross join lateral (
          (select s.* from event_session s
           where s.tenant = g.tenant and s.app = g.app and s.subject = g.subject
             and s.started_at <= g.started_at
           order by s.started_at desc limit 1)
          union all
          select s.* from event_session s
          where s.tenant = g.tenant and s.app = g.app and s.subject = g.subject
            and s.started_at > g.started_at
            and s.started_at <= g.last_event_at + :gapMs * interval '1 ms') t
        where t.last_event_at >= g.started_at - :gapMs * interval '1 ms'),
      pieces as (
        select * from given
        union all
        select s.tenant, s.app, s.subject, s.started_at, s.last_event_at, s.events, s.user_id,
          s.anonymous_id, s.device_id, s.app_version, s.platform, s.session_id
        from event_session s join touched using (tenant, app, session_id)),
      begun as (
        select *, coalesce(started_at > :gapMs * interval '1 ms' + max(last_event_at) over (
            partition by tenant, app, subject order by started_at, last_event_at, session_id
            rows between unbounded preceding and 1 preceding), true) as begins
        from pieces),
      islands as (
        select *, count(*) filter (where begins) over (
            partition by tenant, app, subject order by started_at, last_event_at, session_id)
          as island
        from begun),
      merged as materialized (
        select tenant, app, subject, min(started_at) as started_at,
          max(last_event_at) as last_event_at, sum(events) as events,
          (array_agg(user_id order by last_event_at desc)
            filter (where user_id is not null))[1] as user_id,
          (array_agg(anonymous_id order by last_event_at desc)
            filter (where anonymous_id is not null))[1] as anonymous_id,
          (array_agg(device_id order by last_event_at desc)
            filter (where device_id is not null))[1] as device_id,
          (array_agg(app_version order by last_event_at desc)
            filter (where app_version is not null))[1] as app_version,
          (array_agg(platform order by last_event_at desc)
            filter (where platform is not null))[1] as platform,
          (array_agg(session_id order by started_at)
            filter (where session_id is not null)) as ids
        from islands group by tenant, app, subject, island),
      swallowed as (
        delete from event_session s using merged m
        where s.tenant = m.tenant and s.app = m.app and s.session_id = any(m.ids[2:])),
      grown as (
        update event_session s
        set started_at = m.started_at, last_event_at = m.last_event_at, events = m.events,
          user_id = m.user_id, anonymous_id = m.anonymous_id, device_id = m.device_id,
          app_version = m.app_version, platform = m.platform
        from merged m
        where s.tenant = m.tenant and s.app = m.app and s.session_id = m.ids[1])
      insert into event_session (tenant, app, subject, session_id, started_at, last_event_at,
        events, user_id, anonymous_id, device_id, app_version, platform)
      select tenant, app, subject, 'gap-' || gen_random_uuid(), started_at, last_event_at,
        events, user_id, anonymous_id, device_id, app_version, platform
      from merged where ids is null
      """;

  private final Duration gap;

  @Autowired
  GapSessions(AnalyticsProperties properties) {
    this(properties.sessionGap());
  }

  /**
   * @param gap that ends a session; zero for no sessions
   */
  GapSessions(Duration gap) {
    this.gap = gap;
  }

  @Override
  public void write(JdbcClient db, List<Event> events) {
    if (gap.isZero()) {
      return;
    }
    var runs = runs(events);
    if (!runs.isEmpty()) {
      lock(db, runs);
      merge(db, runs);
    }
  }

  private static @Nullable InApp subject(Event event) {
    var where = event.where();
    if (where.sessionId() != null) {
      return null;
    }
    return where.deviceId() != null
        ? InApp.of(event, "device:" + where.deviceId())
        : InApp.of(
            event,
            event.who().anonymousId() == null ? null : "anonymous:" + event.who().anonymousId());
  }

  /** What these events are by themselves: runs without a gap, sorted by subject and time. */
  private List<InApp.Row> runs(List<Event> events) {
    var bySubject = new TreeMap<InApp, Deque<Sighting>>();
    for (var event : events) {
      var subject = subject(event);
      if (subject != null) {
        var runs = bySubject.computeIfAbsent(subject, s -> new ArrayDeque<>());
        var sighting = Sighting.of(event);
        if (runs.isEmpty() || isApart(runs.getLast().last(), sighting.first())) {
          runs.add(sighting);
        } else {
          runs.add(runs.removeLast().and(sighting));
        }
      }
    }
    var all = new ArrayList<InApp.Row>();
    bySubject.forEach((subject, runs) -> runs.forEach(run -> all.add(new InApp.Row(subject, run))));
    return all;
  }

  private boolean isApart(Instant earlier, Instant later) {
    return later.isAfter(earlier.plus(gap));
  }

  private static void lock(JdbcClient db, List<InApp.Row> runs) {
    var locks =
        runs.stream()
            .map(InApp.Row::key)
            .map(key -> String.join("\0", key.tenant(), key.app(), key.id()))
            .mapToInt(text -> Math.floorMod(text.hashCode(), LOCKS))
            .sorted()
            .distinct()
            .boxed()
            .toArray(Integer[]::new);
    db.sql(
            """
            select pg_advisory_xact_lock(hashtext('offstage.event_session'), n)
            from unnest(cast(:locks as integer[])) as n
            """)
        .param("locks", locks)
        .query((row, n) -> n)
        .list();
  }

  private void merge(JdbcClient db, List<InApp.Row> runs) {
    db.sql(MERGE).params(InApp.Row.sessions(runs)).param("gapMs", gap.toMillis()).update();
  }
}
