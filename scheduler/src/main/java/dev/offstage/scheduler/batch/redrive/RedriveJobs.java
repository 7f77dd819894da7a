package dev.offstage.scheduler.batch.redrive;

import dev.offstage.job.JobId;
import dev.offstage.store.JobFilter;
import dev.offstage.store.JobSearch;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * Reads the jobs that a filter means, newest first. What is discarded while it reads has another
 * id's place: none is read twice.
 */
final class RedriveJobs implements ItemStreamReader<JobId> {
  private static final String BEFORE = "before";
  private static final int PAGE = 500;

  private final JobSearch search;
  private final JobFilter filter;
  private final Deque<JobId> ahead = new ArrayDeque<>();
  private @Nullable JobId read;
  private @Nullable JobId given;
  private boolean ended;

  RedriveJobs(JobSearch search, JobFilter filter) {
    this.search = search;
    this.filter = filter;
  }

  @Override
  public void open(ExecutionContext context) {
    if (context.containsKey(BEFORE)) {
      given = JobId.of(context.getString(BEFORE));
      read = given;
    }
  }

  @Override
  public @Nullable JobId read() {
    while (ahead.isEmpty() && !ended) {
      var page = search.findIds(filter, read, PAGE);
      ahead.addAll(page.jobs());
      read = page.next();
      ended = read == null;
    }
    var job = ahead.poll();
    given = job == null ? given : job;
    return job;
  }

  @Override
  public void update(ExecutionContext context) {
    if (given != null) {
      context.putString(BEFORE, given.toString());
    }
  }
}
