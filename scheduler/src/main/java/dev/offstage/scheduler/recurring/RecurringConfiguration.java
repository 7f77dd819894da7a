package dev.offstage.scheduler.recurring;

import static org.jobrunr.server.BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration;

import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.schedule.RunLauncher;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import dev.offstage.scheduler.schedule.Schedules;
import dev.offstage.scheduler.schedule.Ticks;
import dev.offstage.store.Db;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.server.configuration.BackgroundJobServerThreadType;
import org.jobrunr.server.configuration.DefaultBackgroundJobServerWorkerPolicy;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** JobRunr's parts, one by one: nothing of it is static, so that several may live in a JVM. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "offstage.recurring.enabled", matchIfMissing = true)
class RecurringConfiguration {
  /** What is interrupted is watched again by another node. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Whether JobRunr still runs. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  @Bean
  JsonMapper jobRunrJson() {
    return JobRunrStorage.json();
  }

  @Bean(destroyMethod = "close")
  StorageProvider jobRunrStorage(DataSource dataSource, JsonMapper json) {
    return JobRunrStorage.open(dataSource, json);
  }

  @Bean
  JobRequestScheduler jobRunr(StorageProvider storage) {
    return new JobRequestScheduler(storage, List.of());
  }

  @Bean
  TickHandler tickHandler(Firing firing) {
    return new TickHandler(firing);
  }

  @Bean
  RunHandler runHandler(RunLauncher launcher, ScheduleRuns runs, Batches batches, Db db) {
    return new RunHandler(launcher, runs, batches, db);
  }

  @Bean
  Firing firing(
      Ticks ticks,
      ScheduleRuns runs,
      JobRequestScheduler jobRunr,
      RecurringProperties properties,
      InstantSource clock) {
    return new Firing(ticks, runs, jobRunr, properties, clock);
  }

  @Bean
  JobRunrServer jobRunrServer(
      StorageProvider storage,
      JsonMapper json,
      ListableBeanFactory beans,
      RecurringProperties properties) {
    var activator =
        new JobActivator() {
          @Override
          public <T> T activateJob(Class<T> type) {
            return beans.getBean(type);
          }
        };
    return new JobRunrServer(
        () -> new BackgroundJobServer(storage, json, activator, configuration(properties)), LOOK);
  }

  private static BackgroundJobServerConfiguration configuration(RecurringProperties properties) {
    return usingStandardBackgroundJobServerConfiguration()
        .andPollInterval(properties.poll())
        .andBackgroundJobServerWorkerPolicy(
            new DefaultBackgroundJobServerWorkerPolicy(
                properties.workers(), BackgroundJobServerThreadType.VirtualThreads))
        .andInterruptJobsAwaitDurationOnStopBackgroundJobServer(GRACE);
  }

  @Bean
  ScheduleLoop scheduleLoop(
      DataSource dataSource,
      ScheduleLoop.Parts parts,
      RecurringJobs recurringJobs,
      RecurringProperties properties,
      InstantSource clock) {
    return new ScheduleLoop(dataSource, parts, recurringJobs, properties, clock);
  }

  @Bean
  ScheduleLoop.Parts scheduleLoopParts(
      Schedules schedules,
      Ticks ticks,
      ScheduleRuns runs,
      RunLauncher launcher,
      Firing firing,
      Batches batches) {
    return new ScheduleLoop.Parts(
        schedules, ticks, runs, launcher, firing, new Unattended(runs, batches));
  }

  @Bean
  RecurringJobs recurringJobs(StorageProvider storage, JobRequestScheduler jobRunr) {
    return new RecurringJobs(storage, jobRunr);
  }
}
