package dev.offstage.ingest.track.read;

import java.util.HashSet;
import java.util.Set;

/** What a tenant never keeps: names wherever they stand, and paths from an event's top. */
final class DenyRules {
  private static final DenyRules NONE = new DenyRules(Set.of());

  private final Set<String> names = new HashSet<>();
  private final Set<String> paths = new HashSet<>();

  private DenyRules(Set<String> rules) {
    for (var rule : rules) {
      (rule.indexOf('.') < 0 ? names : paths).add(rule);
    }
  }

  static DenyRules of(Set<String> rules) {
    return rules.isEmpty() ? NONE : new DenyRules(rules);
  }

  boolean isEmpty() {
    return names.isEmpty() && paths.isEmpty();
  }

  /**
   * @param path of the object that has the member, from the event's top, each name with a dot after
   *     it
   */
  boolean deny(String path, String name) {
    // The names of an event's own members are the protocol's, not the tenant's.
    return (!path.isEmpty() && names.contains(name))
        || (!paths.isEmpty() && paths.contains(path + name))
        // Addresses have a column of their own, or none.
        || (name.equals("ip") && path.equals("context."));
  }
}
