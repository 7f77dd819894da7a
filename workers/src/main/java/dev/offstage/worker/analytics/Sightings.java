package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers what events say by whom or what they are about, sorted, so that rows lock in order. */
final class Sightings<K extends Comparable<K>> {
  private final Function<Event, @Nullable K> key;

  /**
   * @param key whom or what an event is about; null for nobody
   */
  Sightings(Function<Event, @Nullable K> key) {
    this.key = key;
  }

  /**
   * @param events as they happened
   */
  SortedMap<K, Sighting> of(List<Event> events) {
    var seen = new TreeMap<K, Sighting>();
    for (var event : events) {
      var about = key.apply(event);
      if (about != null) {
        seen.merge(about, Sighting.of(event), Sighting::and);
      }
    }
    return seen;
  }
}
