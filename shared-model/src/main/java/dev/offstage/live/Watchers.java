package dev.offstage.live;

import dev.offstage.job.JobId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who in this process is interested in which job. */
final class Watchers {
  private static final Logger log = LoggerFactory.getLogger(Watchers.class);

  // The lists are never changed, only replaced.
  private final Map<JobId, List<Watcher>> byJob = new ConcurrentHashMap<>();

  LiveUpdates.Subscription add(JobId job, Runnable onChange) {
    var watcher = new Watcher(job, onChange);
    byJob.merge(
        job, List.of(watcher), (old, one) -> Stream.concat(old.stream(), one.stream()).toList());
    return watcher;
  }

  boolean none() {
    return byJob.isEmpty();
  }

  void tell(Collection<JobId> jobs) {
    for (var job : jobs) {
      for (var watcher : byJob.getOrDefault(job, List.of())) {
        try {
          watcher.onChange.run();
        } catch (RuntimeException e) {
          log.error("A watcher of job {} failed", job, e);
        }
      }
    }
  }

  private final class Watcher implements LiveUpdates.Subscription {
    private final JobId job;
    private final Runnable onChange;

    private Watcher(JobId job, Runnable onChange) {
      this.job = job;
      this.onChange = onChange;
    }

    @Override
    public void close() {
      byJob.computeIfPresent(
          job,
          (id, old) -> {
            var rest = old.stream().filter(other -> other != this).toList();
            return rest.isEmpty() ? null : rest;
          });
    }
  }
}
