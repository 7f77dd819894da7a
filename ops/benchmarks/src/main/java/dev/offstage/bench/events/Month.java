package dev.offstage.bench.events;

import org.springframework.jdbc.core.simple.JdbcClient;

/** March 2026 of one tenant's app, {@code bench}: events as they stand in the database. */
public final class Month {
  public static final int DAYS = 30;

  private Month() {}

  /** Persons come back on some of the days; the busy ones among them more often. */
  public static void load(JdbcClient jdbc, int events, int persons) {
    jdbc.sql(
            """
            select ensure_event_days(array(
              select generate_series(date '2026-03-01', date '2026-03-30', '1 day')::date))
            """)
        .query((row, n) -> true)
        .single();
    for (int day = 0; day < DAYS; day++) {
      jdbc.sql(
              """
              insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
                app_version, platform, occurred_at, received_at, clamped, properties)
              select gen_random_uuid(), 'bench', 'app', '00000000-0000-0000-0000-000000000001',
                'track', 'Event ' || least(19, floor(-ln(random()) * 4)::integer), n::text,
                'user ' || ((p * :day1 * 7919 + p * p) % :persons),
                '2.' || n % 8, (array['ios', 'android', 'web'])[1 + n % 3], at, at, false,
                '{"price": 3, "sku": "a-1"}'
              from (
                select n, (n / 12)::bigint as p,
                  timestamptz '2026-03-01Z' + :day * interval '1 day'
                    + ((n / 12) * 7919 % 80000) * interval '1 s' + (n % 12) * 40 * interval '1 s'
                    as at
                from generate_series(1, :each) n) e
              """)
          .param("day", day)
          .param("day1", day + 1)
          .param("persons", persons)
          .param("each", events / DAYS)
          .update();
    }
  }
}
