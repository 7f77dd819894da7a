package dev.offstage.scheduler.dispatch;

import dev.offstage.job.Priority;
import dev.offstage.store.DispatchStore.Line;
import dev.offstage.store.DispatchStore.Mark;
import dev.offstage.store.DispatchStore.Take;
import dev.offstage.store.DueJob;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who goes first when not all that is due can go: priorities by weight, so that none starves;
 * within one, tenants in turn. Remembers whose turn it was. Not for concurrent use.
 */
final class FairShare {
  private record Key(Priority priority, String tenant) {
    static Key of(Line line) {
      return new Key(line.priority(), line.tenant());
    }
  }

  private final Map<Priority, Integer> weights;
  private final Map<Priority, String> cursors = new EnumMap<>(Priority.class);

  /** What each priority is owed, in jobs: a small room must not always go to the heaviest. */
  private final Map<Priority, Double> owed = new EnumMap<>(Priority.class);

  FairShare(Map<Priority, Integer> weights) {
    this.weights = weights;
    for (var priority : Priority.values()) {
      cursors.put(priority, "");
      owed.put(priority, 0.0);
    }
  }

  /** Of each priority, the tenant behind whom its next round begins. */
  Map<Priority, String> cursors() {
    return cursors;
  }

  /**
   * How many of each line to look at: twice an even share, since some lines are short.
   *
   * @param lines in turn
   * @param begin where to begin with a line
   */
  List<Take> takes(List<Line> lines, int room, Function<Line, @Nullable Mark> begin) {
    Map<Priority, Integer> due = new EnumMap<>(Priority.class);
    lines.stream().filter(Line::due).forEach(line -> due.merge(line.priority(), 1, Integer::sum));
    int weight = due.keySet().stream().mapToInt(this::weight).sum();
    var takes = new ArrayList<Take>();
    for (var line : lines) {
      if (line.due()) {
        double share = (double) room * weight(line.priority()) / weight;
        double even = Math.ceil(2 * share / due.getOrDefault(line.priority(), 1));
        takes.add(new Take(line, (int) Math.clamp((long) even, 1, room), begin.apply(line)));
      }
    }
    return takes;
  }

  /**
   * Picks who goes, in the order in which they go.
   *
   * @param lines in turn
   * @param heads of those lines
   */
  List<DueJob> pick(List<Line> lines, List<DueJob> heads, int room) {
    var rounds = rounds(lines, heads);
    for (var line : lines) {
      if (!rounds.containsKey(line.priority())) {
        // Else tenants whose jobs all lie ahead or run would hide those behind them.
        cursors.put(line.priority(), line.tenant());
      }
    }
    var picked = new ArrayList<DueJob>();
    while (picked.size() < room && !rounds.isEmpty()) {
      var priority = next(rounds);
      var round = Objects.requireNonNull(rounds.get(priority));
      var line = round.removeFirst();
      var job = line.removeFirst();
      picked.add(job);
      cursors.put(priority, job.tenant());
      if (!line.isEmpty()) {
        round.addLast(line);
      } else if (round.isEmpty()) {
        rounds.remove(priority);
        owed.put(priority, 0.0);
      }
    }
    return picked;
  }

  /** Whether some line may be longer than what of it was looked at. */
  static boolean cut(List<Take> takes, List<DueJob> heads) {
    var lengths = new HashMap<Key, Integer>();
    heads.forEach(job -> lengths.merge(new Key(job.priority(), job.tenant()), 1, Integer::sum));
    return takes.stream()
        .anyMatch(take -> lengths.getOrDefault(Key.of(take.line()), 0) >= take.most());
  }

  /** Smooth weighted round robin: each gets its weight, who is owed most goes and pays for all. */
  private Priority next(Map<Priority, Deque<Deque<DueJob>>> rounds) {
    int total = 0;
    var first = rounds.keySet().iterator().next();
    for (var priority : rounds.keySet()) {
      int weight = weight(priority);
      total += weight;
      owed.merge(priority, (double) weight, Double::sum);
      if (owed(priority) > owed(first)) {
        first = priority;
      }
    }
    owed.merge(first, (double) -total, Double::sum);
    return first;
  }

  private double owed(Priority priority) {
    return owed.getOrDefault(priority, 0.0);
  }

  private int weight(Priority priority) {
    return weights.getOrDefault(priority, 1);
  }

  private static Map<Priority, Deque<Deque<DueJob>>> rounds(List<Line> lines, List<DueJob> heads) {
    var byLine = new LinkedHashMap<Key, Deque<DueJob>>();
    lines.forEach(line -> byLine.put(Key.of(line), new ArrayDeque<>()));
    for (var job : heads) {
      byLine
          .computeIfAbsent(new Key(job.priority(), job.tenant()), key -> new ArrayDeque<>())
          .add(job);
    }
    Map<Priority, Deque<Deque<DueJob>>> rounds = new EnumMap<>(Priority.class);
    byLine.forEach(
        (key, line) -> {
          if (!line.isEmpty()) {
            rounds.computeIfAbsent(key.priority, priority -> new ArrayDeque<>()).add(line);
          }
        });
    return rounds;
  }
}
