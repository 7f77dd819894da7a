package dev.offstage.rollup;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The sketches of a span's hours, while they are made, an hour after the other. Writes them when
 * there are many.
 */
final class SpanSketches {
  /**
   * Of an hour, at about 2 kB each. Names beyond it have no sketch of their own, and are counted on
   * demand.
   */
  private static final int MOST = 4_000;

  private record Key(Instant hour, String dimension, String app, String value) {}

  private final JdbcClient jdbc;
  private final String tenant;
  private final List<Instant> left;
  private final Map<Key, HllSketch> sketches = new LinkedHashMap<>();
  private Instant hour;
  private int ofHour;

  SpanSketches(JdbcClient jdbc, RollupSpan span) {
    this.jdbc = jdbc;
    this.tenant = span.day().tenant();
    this.left = new ArrayList<>(span.hours());
    this.hour = span.hours().getFirst();
  }

  /** What is added from now on is of that hour; hours come in their order. */
  void at(Instant next) {
    if (!next.equals(hour)) {
      ofHour = 0;
      hour = next;
      if (sketches.size() >= MOST) {
        replace(left.subList(0, left.indexOf(next)));
      }
    }
  }

  void add(
      String app, String event, @Nullable String platform, @Nullable String version, long person) {
    add("all", app, "", person);
    add("event", app, event, person);
    if (platform != null) {
      add("platform", app, platform, person);
    }
    if (version != null) {
      add("version", app, version, person);
    }
  }

  private void add(String dimension, String app, String value, long person) {
    var key = new Key(hour, dimension, app, value);
    var sketch = sketches.get(key);
    if (sketch == null) {
      if (ofHour >= MOST && !dimension.equals("all")) {
        return;
      }
      sketch = UniqueCount.sketch();
      sketches.put(key, sketch);
      ofHour++;
    }
    sketch.update(person);
  }

  /** No more are to come. */
  void finish() {
    replace(left);
  }

  private void replace(List<Instant> hours) {
    var keys = sketches.keySet();
    jdbc.sql(
            """
            with fresh as materialized (
              select * from unnest(:each::timestamptz[], :dimensions::text[], :apps::text[],
                :values::text[], :sketches::bytea[]) as f(hour, dimension, app, value, sketch)),
            had as materialized (
              select hour, dimension, app, value, sketch from rollup_sketch
              where tenant = :tenant and hour = any(:hours::timestamptz[])
                and dimension in ('all', 'event', 'platform', 'version')),
            gone as (
              delete from rollup_sketch r
              using had h left join fresh f using (hour, dimension, app, value)
              where f.sketch is null and r.tenant = :tenant
                and r.hour = any(:hours::timestamptz[])
                and r.dimension in ('all', 'event', 'platform', 'version')
                and (r.hour, r.dimension, r.app, r.value)
                  = (h.hour, h.dimension, h.app, h.value))
            insert into rollup_sketch (tenant, hour, dimension, app, value, sketch)
            select :tenant, hour, dimension, app, value, f.sketch
            from fresh f left join had h using (hour, dimension, app, value)
            where h.sketch is distinct from f.sketch
            on conflict on constraint rollup_sketch_pk do update set sketch = excluded.sketch
            """)
        .param("tenant", tenant)
        .param("hours", RollupSpan.array(hours))
        .param("each", RollupSpan.array(keys.stream().map(Key::hour).toList()))
        .param("dimensions", keys.stream().map(Key::dimension).toArray(String[]::new))
        .param("apps", keys.stream().map(Key::app).toArray(String[]::new))
        .param("values", keys.stream().map(Key::value).toArray(String[]::new))
        .param(
            "sketches",
            sketches.values().stream().map(HllSketch::toCompactByteArray).toArray(byte[][]::new))
        .update();
    sketches.clear();
    hours.clear();
  }
}
