package dev.offstage.scheduler.console.api;

import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.store.JobCountStore;
import dev.offstage.store.JobFilter;
import dev.offstage.store.JobSearch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Searches over tenants. Every index of jobs begins with the tenant, so each is searched for
 * itself, and what they have is merged by id, newest first.
 */
@Component
final class JobsOfAll {
  static final int MOST_TENANTS = 100;

  private final JobSearch search;
  private final JobCountStore counts;

  JobsOfAll(JobSearch search, JobCountStore counts) {
    this.search = search;
    this.counts = counts;
  }

  /** As {@link JobSearch#find}, of one tenant, or of all where it is null. */
  JobFilter.Page<Job> find(
      JobFilter filter, @Nullable String tenant, @Nullable JobId before, int limit) {
    if (tenant != null) {
      return search.find(JobFilters.of(filter, tenant), before, limit);
    }
    var tenants = counts.tenants(MOST_TENANTS + 1);
    if (tenants.size() > MOST_TENANTS) {
      throw Acts.invalid(
          "tenant", "missing (expected: one, as there are more than " + MOST_TENANTS + " of them)");
    }
    var found = new ArrayList<Job>();
    JobId horizon = null;
    for (var each : tenants) {
      var page = search.find(JobFilters.of(filter, each), before, limit);
      found.addAll(page.jobs());
      horizon = later(horizon, page.next());
    }
    return merged(found, horizon, limit);
  }

  /** Beyond the latest end of all pages, some tenant may have jobs that were not seen. */
  private static JobFilter.Page<Job> merged(List<Job> found, @Nullable JobId horizon, int limit) {
    var jobs =
        found.stream()
            .filter(job -> horizon == null || job.id().compareTo(horizon) >= 0)
            .sorted(Comparator.comparing(Job::id).reversed())
            .toList();
    if (jobs.size() <= limit) {
      return new JobFilter.Page<>(jobs, horizon);
    }
    var page = jobs.subList(0, limit);
    return new JobFilter.Page<>(List.copyOf(page), page.getLast().id());
  }

  private static @Nullable JobId later(@Nullable JobId one, @Nullable JobId other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) >= 0 ? one : other;
  }
}
