package dev.offstage.ingest.analytics;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How many persons went how far. A person has gone as far as the longest row of steps, one after
 * the other in time, that began within the range and ended within the window after its first.
 */
final class Funnel {
  private static final int FETCHED = 5_000;
  private static final long NEVER = Long.MIN_VALUE;

  private final List<Step> steps;
  private final long window;
  private final long[] reached;
  private final long[] begun;
  private long person;
  private boolean any;

  /**
   * @param begins milliseconds; later ones begin no new row
   */
  private record Bounds(long begins) {}

  /** An event of a type and name. */
  record Step(String type, String name) {
    static Step parse(String text) {
      int colon = text.indexOf(':');
      if (colon > 0) {
        var type = text.substring(0, colon);
        if (List.of("track", "screen", "page", "identify", "group", "alias").contains(type)) {
          return checked(type, text.substring(colon + 1));
        }
      }
      return checked("track", text);
    }

    private static Step checked(String type, String name) {
      if (name.length() > 255) {
        throw new IllegalArgumentException(
            "step: a name of %d characters (expected: at most 255)".formatted(name.length()));
      }
      return new Step(type, name);
    }
  }

  Funnel(List<Step> steps, Duration window) {
    this.steps = steps;
    this.window = window.toMillis();
    this.reached = new long[steps.size()];
    this.begun = new long[steps.size()];
  }

  /** Reads the steps in the order of persons and times; keeps one person in memory. */
  long[] count(JdbcClient jdbc, String tenant, @Nullable String app, Range range) {
    var bounds = new Bounds(range.to().toEpochMilli());
    var distinct = steps.stream().distinct().toList();
    int[][] places = distinct.stream().map(this::places).toArray(int[][]::new);
    jdbc.sql(
            """
            with who as materialized (
              select actor, person, from_day, to_day from event_who where tenant = :tenant),
            step as (
              select n.nth::integer as nth, coalesce(w.person, s.actor) as person,
                (date_part('epoch', s.hour) * 1000)::bigint + t.ms as at
              from unnest(:types::text[], :names::text[]) with ordinality as n(type, name, nth)
                join rollup_step s on s.tenant = :tenant and s.type = n.type and s.name = n.name
                  and s.hour > :from::timestamptz - interval '1 hour'
                  and s.hour < :to::timestamptz + :window * interval '1 ms'
                  and (:app::text is null or s.app = :app)
                cross join lateral unnest(s.times) as t(ms)
                left join who w on w.actor = s.actor
                  and (s.hour at time zone 'UTC')::date >= w.from_day
                  and (s.hour at time zone 'UTC')::date < w.to_day)
            select * from step where at >= :begin order by person, at, nth
            """)
        .params(range.params())
        .param("tenant", tenant)
        .param("app", app)
        .param("window", window)
        .param("begin", range.from().toEpochMilli())
        .param("types", distinct.stream().map(Step::type).toArray(String[]::new))
        .param("names", distinct.stream().map(Step::name).toArray(String[]::new))
        .withFetchSize(FETCHED)
        .query(
            row -> {
              take(row.getLong("person"), places[row.getInt("nth") - 1], row.getLong("at"), bounds);
            });
    settle();
    return reached;
  }

  /** Where in the funnel a step stands, the last place first, so that no event is two steps. */
  private int[] places(Step step) {
    return IntStream.iterate(steps.size() - 1, i -> i >= 0, i -> i - 1)
        .filter(i -> steps.get(i).equals(step))
        .toArray();
  }

  private void take(long who, int[] places, long at, Bounds bounds) {
    if (!any || who != person) {
      settle();
      person = who;
      any = true;
      Arrays.fill(begun, NEVER);
    }
    for (int i : places) {
      if (i == 0) {
        begun[0] = at < bounds.begins() ? at : begun[0];
      } else if (begun[i - 1] != NEVER && at - begun[i - 1] <= window) {
        begun[i] = begun[i - 1]; // the latest row that came so far has the most time left
      }
    }
  }

  private void settle() {
    for (int i = 0; any && i < begun.length && begun[i] != NEVER; i++) {
      reached[i]++;
    }
    any = false;
  }
}
