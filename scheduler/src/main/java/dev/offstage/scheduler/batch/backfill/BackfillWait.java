package dev.offstage.scheduler.batch.backfill;

import dev.offstage.scheduler.batch.step.BatchSteps;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Waits until the run's jobs have ended. Goes through those that have not, some at a time, again
 * and again; a row goes in the transaction that counts its job.
 */
final class BackfillWait implements Tasklet {
  private static final int SOME = 1_000;
  private static final Duration REST = Duration.ofSeconds(1);
  private static final String AFTER = "after";
  private static final UUID FIRST = new UUID(0, 0);

  private final BatchSteps steps;
  private final JdbcClient jdbc;

  BackfillWait(BatchSteps steps) {
    this.steps = steps;
    this.jdbc = steps.db().jdbc();
  }

  private record Ended(UUID job, String outcome) {}

  @Override
  public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunk) {
    var step = contribution.getStepExecution();
    var context = step.getExecutionContext();
    long instance = step.getJobExecution().getJobInstance().getInstanceId();
    var waiting = waiting(instance, UUID.fromString(context.getString(AFTER, FIRST.toString())));
    count(step, instance, ended(waiting));
    boolean round = waiting.size() < SOME;
    context.putString(AFTER, (round ? FIRST : waiting.getLast()).toString());
    if (!round) {
      return RepeatStatus.CONTINUABLE;
    }
    if (anyLeft(instance)) {
      steps.rest(step, REST);
      return RepeatStatus.CONTINUABLE;
    }
    contribution.setExitStatus(summary(step));
    return RepeatStatus.FINISHED;
  }

  private List<UUID> waiting(long instance, UUID after) {
    return jdbc.sql(
            """
            select job from batch_job where instance = :instance and job > :after
            order by job limit :some
            """)
        .param("instance", instance)
        .param("after", after)
        .param("some", SOME)
        .query((row, n) -> row.getObject("job", UUID.class))
        .list();
  }

  /** Those that have ended; one whose row is gone had its time, and is counted as forgotten. */
  private List<Ended> ended(List<UUID> jobs) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            """
            select w.id, case when j.id is null then 'forgotten' else j.outcome end as outcome
            from unnest(:ids::uuid[]) as w(id)
              left join (select id, outcome from job where id = any(:ids::uuid[])) j on j.id = w.id
            where j.id is null or j.outcome is not null
            """)
        .param("ids", texts(jobs))
        .query((row, n) -> new Ended(row.getObject("id", UUID.class), row.getString("outcome")))
        .list();
  }

  private void count(StepExecution step, long instance, List<Ended> ended) {
    if (ended.isEmpty()) {
      return;
    }
    Map<String, Long> outcomes = new HashMap<>();
    ended.forEach(each -> outcomes.merge(each.outcome(), 1L, Long::sum));
    outcomes.forEach((outcome, n) -> steps.record().add(step, outcome, n));
    jdbc.sql("delete from batch_job where instance = :instance and job = any(:ids::uuid[])")
        .param("instance", instance)
        .param("ids", texts(ended.stream().map(Ended::job).toList()))
        .update();
    var context = step.getExecutionContext();
    long all = context.getLong("ended", 0) + ended.size();
    context.putLong("ended", all);
    steps.record().done(step, all);
    steps.record().total(step, all + left(instance));
  }

  private static String[] texts(List<UUID> ids) {
    return ids.stream().map(UUID::toString).toArray(String[]::new);
  }

  private boolean anyLeft(long instance) {
    return jdbc.sql("select exists (select from batch_job where instance = :instance)")
        .param("instance", instance)
        .query(Boolean.class)
        .single();
  }

  private long left(long instance) {
    return jdbc.sql("select count(*) from batch_job where instance = :instance")
        .param("instance", instance)
        .query(Long.class)
        .single();
  }

  private ExitStatus summary(StepExecution step) {
    var figures = steps.record().figures(step);
    return ExitStatus.COMPLETED.addExitDescription(
        "%d jobs: %d completed, %d discarded, %d cancelled; found by the tag %s"
            .formatted(
                figures.getOrDefault("enqueued", 0L),
                figures.getOrDefault("completed", 0L),
                figures.getOrDefault("discarded", 0L),
                figures.getOrDefault("cancelled", 0L),
                BackfillJobs.tag(step.getJobExecution().getJobInstance().getInstanceId())));
  }
}
