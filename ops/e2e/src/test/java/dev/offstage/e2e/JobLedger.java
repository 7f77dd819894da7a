package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * An account, kept outside of Offstage, of the jobs that one owner was told are accepted and of the
 * runs that the handlers wrote down; compared at the end with what became of them: each ended once,
 * as its script says, none lost, none that nobody asked for, no claim run twice.
 */
final class JobLedger {
  private final Cluster cluster;
  private final String owner;
  private final Map<String, Entry> accepted = new ConcurrentHashMap<>();
  private final AtomicInteger askedAgain = new AtomicInteger();

  /** What was accepted. */
  record Entry(String token, UUID id, List<String> acts) {
    /** The state that it must end in. */
    String mustEnd() {
      return acts.getLast().startsWith("sleep") ? "completed" : "discarded";
    }
  }

  /** What became of a job. */
  record Row(
      UUID id,
      String state,
      @Nullable String reason,
      int claimNo,
      int crashes,
      @Nullable String token,
      @Nullable Integer claim) {}

  JobLedger(Cluster cluster, String owner) {
    this.cluster = cluster;
    this.owner = owner;
  }

  String owner() {
    return owner;
  }

  /** One token has one job, however often it was asked for. */
  void enter(String token, UUID id, List<String> acts, boolean again) {
    var before = accepted.putIfAbsent(token, new Entry(token, id, acts));
    assertThat(before == null ? id : before.id()).as("the job of %s", token).isEqualTo(id);
    if (again) {
      askedAgain.incrementAndGet();
    }
  }

  int size() {
    return accepted.size();
  }

  /** How many requests had to be repeated because the answer to one that was accepted was lost. */
  int answersLost() {
    return askedAgain.get();
  }

  List<UUID> ids() {
    return accepted.values().stream().map(Entry::id).toList();
  }

  /** Those that were not accepted before. */
  List<UUID> idsSince(Collection<UUID> before) {
    var known = new HashSet<>(before);
    return ids().stream().filter(id -> !known.contains(id)).toList();
  }

  Set<UUID> endedAsTheyMust() {
    var rows = rows();
    return accepted.values().stream()
        .filter(entry -> isAsItMust(entry, rows.get(entry.id())))
        .map(Entry::id)
        .collect(Collectors.toSet());
  }

  /** The runs that the handlers wrote down: {@code token claim}, one for each. */
  List<String> runs() {
    var runs = new ArrayList<String>();
    try (var diaries = Files.newDirectoryStream(cluster.diaries())) {
      for (Path diary : diaries) {
        Files.readAllLines(diary).stream()
            .filter(line -> accepted.containsKey(line.split(" ")[0]))
            .forEach(runs::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return runs;
  }

  /** Runs beyond those that the scripts need. */
  int extraRuns() {
    var ran = new HashMap<String, Integer>();
    runs().forEach(run -> ran.merge(run.split(" ")[0], 1, Integer::sum));
    return accepted.values().stream()
        .mapToInt(entry -> ran.getOrDefault(entry.token(), 0) - entry.acts().size())
        .filter(extra -> extra > 0)
        .sum();
  }

  Row row(UUID id) {
    return Objects.requireNonNull(rows().get(id));
  }

  Map<UUID, Row> rows() {
    var rows = new HashMap<UUID, Row>();
    cluster
        .db()
        .sql(
            """
            select id, state, error_reason as reason, claim_no, crashes, result ->> 'token' as token,
              (result ->> 'claim')::int as claim
            from job where owner = ? and kind = 'e2e.script'\
            """)
        .param(owner)
        .query(Row.class)
        .list()
        .forEach(row -> rows.put(row.id(), row));
    return rows;
  }

  /** Waits until all these have ended; returns after how long. */
  Duration awaitEnded(List<UUID> ids) {
    long since = System.nanoTime();
    var open = new HashSet<>(ids);
    Awaitility.await("every accepted job of " + owner + " ends")
        .atMost(Duration.ofSeconds(180))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () -> {
              open.removeAll(ended(open));
              return open.isEmpty();
            });
    return Duration.ofNanos(System.nanoTime() - since);
  }

  List<UUID> ended(Iterable<UUID> ids) {
    var array = new ArrayList<UUID>();
    ids.forEach(array::add);
    return cluster
        .db()
        .sql("select id from job where id = any(?) and ended_at is not null")
        .param(array.toArray(UUID[]::new))
        .query((row, n) -> UUID.fromString(row.getString(1)))
        .list();
  }

  /** Waits until everything has ended and then compares. */
  void check() {
    assertThat(accepted).isNotEmpty();
    awaitEnded(ids());
    var rows = rows();
    assertThat(rows.keySet())
        .as("jobs there are, and jobs that somebody was told of")
        .containsExactlyInAnyOrderElementsOf(ids());
    assertThat(accepted.values())
        .as("jobs, each as its script says")
        .allMatch(entry -> isAsItMust(entry, rows.get(entry.id())));
    checkRuns(rows);
  }

  private static boolean isAsItMust(Entry entry, @Nullable Row row) {
    if (row == null || !row.state().equals(entry.mustEnd())) {
      return false;
    }
    // What stands is what the last claim made, and no other job's.
    return !row.state().equals("completed")
        || (entry.token().equals(row.token())
            && Integer.valueOf(row.claimNo()).equals(row.claim()));
  }

  private void checkRuns(Map<UUID, Row> rows) {
    var runs = runs();
    assertThat(runs).as("a claim is run once").doesNotHaveDuplicates();
    var ran = new HashMap<String, Integer>();
    runs.forEach(run -> ran.merge(run.split(" ")[0], 1, Integer::sum));
    for (var entry : accepted.values()) {
      assertThat(ran.getOrDefault(entry.token(), 0))
          .as("runs of %s", entry)
          .isBetween(1, Objects.requireNonNull(rows.get(entry.id())).claimNo());
    }
  }
}
