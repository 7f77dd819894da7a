package dev.offstage.push;

import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a tenant's users are sent when a job of theirs ends.
 *
 * @param kind of the jobs: one, such as {@code media.image}; all that begin so, {@code media.*}; or
 *     {@code *} for all
 * @param ends the ends that are told
 * @param payload JSON text: of {@code push.send}, without whom it is for
 */
public record PushRule(
    String tenant,
    String kind,
    List<JobState> ends,
    String payload,
    Instant createdAt,
    Instant updatedAt) {
  private static final String ALL = "*";
  private static final Pattern PATTERN =
      Pattern.compile("\\*|[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*(\\.\\*)?");
  private static final int MAX = 100;

  /** Of pushes themselves nobody is told by push: that would never end. */
  private static final String PUSHES = "push.";

  /**
   * @throws IllegalArgumentException if it can be no rule's kind
   */
  public static String pattern(String kind) {
    if (kind.length() > MAX || !PATTERN.matcher(kind).matches() || kind.startsWith(PUSHES)) {
      throw new IllegalArgumentException(
          "kind: %s (expected: a kind such as media.image, media.* or *, and none of push.)"
              .formatted(kind.length() > MAX ? kind.substring(0, MAX) + "…" : kind));
    }
    return kind;
  }

  /** The most exact of rules that mean a kind. */
  public static Optional<PushRule> of(List<PushRule> rules, JobKind kind) {
    return rules.stream()
        .filter(rule -> rule.means(kind))
        .max(Comparator.comparingInt(PushRule::exactness));
  }

  private boolean means(JobKind job) {
    if (job.name().startsWith(PUSHES)) {
      return false;
    }
    return kind.endsWith(ALL)
        ? job.name().startsWith(kind.substring(0, kind.length() - 1))
        : job.name().equals(kind);
  }

  private int exactness() {
    return kind.endsWith(ALL) ? kind.length() : Integer.MAX_VALUE;
  }
}
