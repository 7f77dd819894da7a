package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.store.Columns;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that an app has named: a device, a session. */
record InApp(String tenant, String app, String id) implements Comparable<InApp> {
  private static final Comparator<InApp> ORDER =
      Comparator.comparing(InApp::tenant).thenComparing(InApp::app).thenComparing(InApp::id);

  static @Nullable InApp of(Event event, @Nullable String id) {
    return id == null ? null : new InApp(event.source().tenant(), event.source().app(), id);
  }

  @Override
  public int compareTo(InApp other) {
    return ORDER.compare(this, other);
  }

  /** With what was seen of it. */
  record Row(InApp key, Sighting sighting) {
    static Row of(Map.Entry<InApp, Sighting> entry) {
      return new Row(entry.getKey(), entry.getValue());
    }

    /** What every table of such things has; add what the table has besides. */
    static Columns<Row> columns(Collection<Row> rows) {
      return Columns.of(rows)
          .text("tenants", row -> row.key().tenant())
          .text("apps", row -> row.key().app())
          .text("ids", row -> row.key().id())
          .text("firsts", row -> row.sighting().first())
          .text("lasts", row -> row.sighting().last())
          .text("users", row -> row.sighting().who().userId())
          .text("anonymous", row -> row.sighting().who().anonymousId())
          .text("versions", row -> row.sighting().where().appVersion())
          .text("platforms", row -> row.sighting().where().platform());
    }

    /** Those, and what sessions have. */
    static Map<String, Object> sessions(Collection<Row> rows) {
      return columns(rows)
          .ints("counts", row -> row.sighting().events())
          .text("devices", row -> row.sighting().where().deviceId())
          .arrays();
    }
  }
}
