package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
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
  }
}
