package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs of a tenant are meant. What is null, or empty, leaves none out.
 *
 * @param kind a kind, or the beginning of kinds with {@code *} behind it
 * @param error the reason of its latest failure
 * @param words in the error of a discarded job, as PostgreSQL's websearch_to_tsquery reads them;
 *     with them only discarded jobs are meant
 * @param from created at or after
 * @param to created before
 */
public record JobFilter(
    String tenant,
    @Nullable String owner,
    Set<JobState> states,
    @Nullable String kind,
    @Nullable String pool,
    @Nullable String tag,
    @Nullable UUID workflow,
    @Nullable String error,
    @Nullable String words,
    @Nullable Instant from,
    @Nullable Instant to) {

  public JobFilter {
    states = Set.copyOf(states);
  }

  /** The same jobs, as far as they are in one of {@code only}. */
  public JobFilter in(Set<JobState> only) {
    return new JobFilter(tenant, owner, only, kind, pool, tag, workflow, error, words, from, to);
  }

  /**
   * A part of what was found, newest first.
   *
   * @param next where to go on; null at the end. A page may have fewer jobs than were asked for, or
   *     none, and there may be more all the same: only so many rows are looked at for one
   */
  public record Page<T>(List<T> jobs, @Nullable JobId next) {}
}
