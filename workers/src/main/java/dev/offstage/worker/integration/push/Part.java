package dev.offstage.worker.integration.push;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Some devices of a push, and what has become of them so far. Belongs to one attempt. */
final class Part {
  private final UUID push;
  private final int no;
  private final List<String> users;
  private final Set<UUID> pending;
  private Tally tally;

  Part(UUID push, int no, List<String> users, List<UUID> pending, Tally tally) {
    this.push = push;
    this.no = no;
    this.users = new ArrayList<>(users);
    this.pending = new LinkedHashSet<>(pending);
    this.tally = tally;
  }

  /** Counts, to which each device adds once. */
  static final class Tally {
    int devices;
    int sent;
    int removed;
    int unreached;
    final Map<String, Integer> failed;

    Tally(int devices, int sent, int removed, int unreached, Map<String, Integer> failed) {
      this.devices = devices;
      this.sent = sent;
      this.removed = removed;
      this.unreached = unreached;
      this.failed = new TreeMap<>(failed);
    }

    static Tally empty() {
      return new Tally(0, 0, 0, 0, Map.of());
    }

    void failed(String reason) {
      failed.merge(reason, 1, Integer::sum);
    }
  }

  /** As it is now, to be changed without changing this. */
  Part copy() {
    return new Part(
        push,
        no,
        users,
        List.copyOf(pending),
        new Tally(tally.devices, tally.sent, tally.removed, tally.unreached, tally.failed));
  }

  /** Takes over what has been committed. */
  void become(Part next) {
    users.clear();
    users.addAll(next.users);
    pending.clear();
    pending.addAll(next.pending);
    tally = next.tally;
  }

  UUID push() {
    return push;
  }

  int no() {
    return no;
  }

  /** Those whose devices have not been looked up yet. */
  List<String> users() {
    return users;
  }

  /** Those who are still to be sent to. */
  Set<UUID> pending() {
    return pending;
  }

  Tally tally() {
    return tally;
  }

  boolean isDone() {
    return users.isEmpty() && pending.isEmpty();
  }
}
