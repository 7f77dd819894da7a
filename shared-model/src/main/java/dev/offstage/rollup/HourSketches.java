package dev.offstage.rollup;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The sketches of one hour, while they are made. */
final class HourSketches {
  /** At about 2 kB each. Names beyond it have no sketch of their own, and are counted on demand. */
  private static final int MOST = 4_000;

  private record Key(String dimension, String app, String value) {}

  private final Map<Key, HllSketch> sketches = new LinkedHashMap<>();

  void add(
      String app, String event, @Nullable String platform, @Nullable String version, long person) {
    add(new Key("all", app, ""), person);
    add(new Key("event", app, event), person);
    if (platform != null) {
      add(new Key("platform", app, platform), person);
    }
    if (version != null) {
      add(new Key("version", app, version), person);
    }
  }

  private void add(Key key, long person) {
    var sketch = sketches.get(key);
    if (sketch == null) {
      if (sketches.size() >= MOST && !key.dimension().equals("all")) {
        return;
      }
      sketch = UniqueCount.sketch();
      sketches.put(key, sketch);
    }
    sketch.update(person);
  }

  void replace(JdbcClient jdbc, String tenant, Instant hour) {
    var keys = sketches.keySet();
    jdbc.sql(
            """
            with fresh as materialized (
              select * from unnest(:dimensions::text[], :apps::text[], :values::text[],
                :sketches::bytea[]) as f(dimension, app, value, sketch)),
            gone as (
              delete from rollup_sketch r
              where r.tenant = :tenant and r.hour = :hour::timestamptz
                and r.dimension in ('all', 'event', 'platform', 'version')
                and not exists (select from fresh f
                  where (f.dimension, f.app, f.value) = (r.dimension, r.app, r.value)))
            insert into rollup_sketch (tenant, hour, dimension, app, value, sketch)
            select :tenant, :hour::timestamptz, f.dimension, f.app, f.value, f.sketch
            from fresh f left join rollup_sketch o
              on o.tenant = :tenant and o.hour = :hour::timestamptz
                and (o.dimension, o.app, o.value) = (f.dimension, f.app, f.value)
            where o.sketch is distinct from f.sketch
            on conflict on constraint rollup_sketch_pk do update set sketch = excluded.sketch
            """)
        .param("tenant", tenant)
        .param("hour", hour.toString())
        .param("dimensions", keys.stream().map(Key::dimension).toArray(String[]::new))
        .param("apps", keys.stream().map(Key::app).toArray(String[]::new))
        .param("values", keys.stream().map(Key::value).toArray(String[]::new))
        .param(
            "sketches",
            sketches.values().stream().map(HllSketch::toCompactByteArray).toArray(byte[][]::new))
        .update();
  }
}
