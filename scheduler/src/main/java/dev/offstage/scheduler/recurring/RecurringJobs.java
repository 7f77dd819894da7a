package dev.offstage.scheduler.recurring;

import static org.jobrunr.scheduling.RecurringJobBuilder.aRecurringJob;

import dev.offstage.scheduler.schedule.Schedule;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jobrunr.jobs.RecurringJob;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.storage.StorageProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps JobRunr's recurring jobs the same as the schedules that are not paused. */
final class RecurringJobs {
  private static final Logger log = LoggerFactory.getLogger(RecurringJobs.class);

  private final StorageProvider storage;
  private final JobRequestScheduler jobRunr;
  private final Map<String, Integer> written = new HashMap<>();

  RecurringJobs(StorageProvider storage, JobRequestScheduler jobRunr) {
    this.storage = storage;
    this.jobRunr = jobRunr;
  }

  /** By one thread at a time. */
  void follow(List<Schedule> schedules) {
    var there = new HashSet<String>();
    for (var schedule : schedules) {
      if (!schedule.paused()) {
        there.add(schedule.name());
        write(schedule);
      }
    }
    if (!written.keySet().equals(there) || written.isEmpty()) {
      storage.getRecurringJobs().stream()
          .map(RecurringJob::getId)
          .filter(id -> !there.contains(id))
          .forEach(jobRunr::deleteRecurringJob);
      written.keySet().retainAll(there);
    }
  }

  private void write(Schedule schedule) {
    if (Integer.valueOf(schedule.version()).equals(written.get(schedule.name()))) {
      return;
    }
    var definition = schedule.definition();
    try {
      jobRunr.createRecurrently(
          aRecurringJob()
              .withId(schedule.name())
              .withName("Tick of " + schedule.name())
              .withAmountOfRetries(0)
              .withCron(definition.cron())
              .withZoneId(ZoneId.of(definition.zone()))
              .withJobRequest(new TickRequest(schedule.name())));
    } catch (RuntimeException e) {
      // Another dialect of cron: the schedule is fired by ScheduleLoop all the same.
      log.warn("JobRunr does not fire {}: {}", schedule.name(), e.toString());
    }
    written.put(schedule.name(), schedule.version());
  }
}
