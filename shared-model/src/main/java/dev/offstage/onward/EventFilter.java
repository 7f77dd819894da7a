package dev.offstage.onward;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which events go to a destination; what a list leaves empty, it does not ask for. */
public record EventFilter(
    Set<String> apps, Set<String> types, Set<String> events, Set<String> platforms) {
  public static final EventFilter ALL = new EventFilter(Set.of(), Set.of(), Set.of(), Set.of());

  public EventFilter {
    apps = Set.copyOf(apps);
    types = Set.copyOf(types);
    events = Set.copyOf(events);
    platforms = Set.copyOf(platforms);
  }

  static EventFilter of(String[] apps, String[] types, String[] events, String[] platforms) {
    return new EventFilter(
        Set.copyOf(List.of(apps)),
        Set.copyOf(List.of(types)),
        Set.copyOf(List.of(events)),
        Set.copyOf(List.of(platforms)));
  }

  boolean lets(OnwardEvent event) {
    return has(apps, event.app())
        && has(types, event.type())
        && has(events, event.name())
        && has(platforms, event.platform());
  }

  private static boolean has(Set<String> wanted, @Nullable String value) {
    return wanted.isEmpty() || (value != null && wanted.contains(value));
  }
}
