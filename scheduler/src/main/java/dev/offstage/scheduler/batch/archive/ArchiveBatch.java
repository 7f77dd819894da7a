package dev.offstage.scheduler.batch.archive;

import static dev.offstage.scheduler.batch.BatchParameter.required;

import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.person.Certificates;
import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.KeysetReader;
import java.util.ArrayList;
import java.util.List;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the batch together. */
@Configuration(proxyBeanMethods = false)
class ArchiveBatch {
  private static final int CHUNK = 200;

  @Bean
  Batch exportUser(BatchSteps steps, BlobStore blobs, JsonMapper json) {
    var after = new ArrayList<Step>();
    for (var section : Section.values()) {
      after.add(collect(steps, blobs, section));
    }
    after.add(steps.tasklet("pack", new Packing(steps, blobs, new Certificates(steps.db(), json))));
    after.add(tidy(steps, blobs));
    var parameters =
        List.of(
            required("tenant", ParameterType.TENANT, "Whose user."),
            required("user", ParameterType.TEXT, "The user's id, as tokens and events have it."));
    var job = steps.job("export-user", after.removeFirst(), after.toArray(Step[]::new));
    return new Batch(
        "export-user",
        "Writes what there is of a person into one zip in the blob store: uploads, variants,"
            + " events, devices, jobs and results, with a certificate.",
        parameters,
        job);
  }

  private static Step collect(BatchSteps steps, BlobStore blobs, Section section) {
    return steps
        .<Line, Line>chunks(
            section.text(),
            CHUNK,
            step -> {
              var person = Person.of(step);
              return new KeysetReader<>(
                  (position, limit) -> section.page(steps.db(), person, position, limit),
                  Line::position);
            },
            step ->
                new LineWriter(
                    blobs,
                    section.part(run(step)),
                    lines -> steps.record().add(step, section.text(), lines)))
        .build();
  }

  /** The sections are in the archive now. */
  private static Step tidy(BatchSteps steps, BlobStore blobs) {
    return steps.tasklet(
        "tidy",
        (contribution, chunk) -> {
          for (var section : Section.values()) {
            blobs.delete(section.part(run(contribution.getStepExecution())));
          }
          return RepeatStatus.FINISHED;
        });
  }

  private static long run(StepExecution step) {
    return step.getJobExecution().getJobInstance().getInstanceId();
  }
}
