package dev.offstage.scheduler.batch.erasure;

import static dev.offstage.scheduler.batch.BatchParameter.optional;
import static dev.offstage.scheduler.batch.BatchParameter.required;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.client.JobControl;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.archive.Section;
import dev.offstage.scheduler.batch.artifact.DeletedFiles;
import dev.offstage.scheduler.batch.asset.DeletedAsset;
import dev.offstage.scheduler.batch.asset.DeletedAssets;
import dev.offstage.scheduler.batch.person.Certificates;
import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.RunParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the batch together. */
@Configuration(proxyBeanMethods = false)
class ErasureBatch {
  private static final int CHUNK = 50;
  private static final int JOBS = 500;
  private static final String POSITION = "mentions.position";

  private final BatchSteps steps;
  private final BlobStore blobs;
  private final Belongings belongings;
  private final EndedJobs ended;

  ErasureBatch(BatchSteps steps, BlobStore blobs) {
    this.steps = steps;
    this.blobs = blobs;
    this.belongings = new Belongings(steps.db());
    this.ended = new EndedJobs(steps.db());
  }

  @Bean
  Batch eraseUser(JobControl control, InstantSource clock, JsonMapper json) {
    var live = new LiveJobs(steps.db(), control);
    var job =
        steps.job(
            "erase-user",
            counted(
                "end-uploads",
                (step, person) -> Map.of("uploads", (long) openUploads().end(person))),
            steps.tasklet("end-jobs", new EndingStep(steps, live, clock)),
            steps.tasklet("events", new EventsStep(steps)),
            uploads(),
            counted(
                "mark-assets",
                (step, person) -> Map.of("assets", (long) belongings.markAssets(person))),
            counted(
                "marks",
                (step, person) -> Map.of("webhookMarks", (long) belongings.eraseMarks(person))),
            counted(
                "receipts",
                (step, person) -> Map.of("receipts", (long) ended.eraseReceipts(person))),
            repeated("jobs", (step, person) -> ended.erase(person, JOBS)),
            steps.tasklet("end-told", new EndingStep(steps, live, clock)),
            assets(),
            counted("pushes", (step, person) -> belongings.eraseFromPushes(person)),
            counted(
                "workflows",
                (step, person) -> Map.of("workflows", (long) ended.eraseWorkflows(person))),
            mentions(),
            counted("mark-files", this::markFiles),
            files(),
            certificate(new Certificates(steps.db(), json)));
    return new Batch(
        "erase-user",
        "Erases a person: uploads, variants, events, devices, jobs and results, what is queued or"
            + " was told of them; a certificate remains.",
        parameters(),
        job);
  }

  private static List<BatchParameter> parameters() {
    return List.of(
        required("tenant", ParameterType.TENANT, "Whose user."),
        required(
            "user",
            ParameterType.TEXT,
            "The user's id, as tokens and events have it. It is forgotten with the rest."),
        optional(
            "patience",
            ParameterType.DURATION,
            "10m",
            "For how long jobs that were cancelled may take to end."),
        optional(
            "mentions",
            ParameterType.YES_NO,
            "true",
            "Whether the tenant's other jobs, and what webhooks were told, are looked through for"
                + " the user's id."),
        optional(
            "exports",
            ParameterType.YES_NO,
            "true",
            "Whether files of the tenant's exports go too: the person may be in any of them."));
  }

  /** What a step does about a person; counts what it did, by kind. */
  private interface Act {
    Map<String, Long> on(StepExecution step, Person person);
  }

  private Step counted(String name, Act act) {
    return steps.tasklet(
        name,
        (contribution, chunk) -> {
          var step = contribution.getStepExecution();
          count(step, act.on(step, Person.of(step)));
          return RepeatStatus.FINISHED;
        });
  }

  /** Until there is no more to do. */
  private Step repeated(String name, Act act) {
    return steps.tasklet(
        name,
        (contribution, chunk) -> {
          var step = contribution.getStepExecution();
          var done = act.on(step, Person.of(step));
          count(step, done);
          return RepeatStatus.continueIf(!done.isEmpty());
        });
  }

  private void count(StepExecution step, Map<String, Long> done) {
    done.forEach((kind, n) -> steps.record().add(step, kind, n));
  }

  private OpenUploads openUploads() {
    return new OpenUploads(steps.db(), blobs);
  }

  private Step uploads() {
    var uploads = openUploads();
    return steps
        .<OpenUploads.Upload, OpenUploads.Upload>chunks(
            "uploads",
            CHUNK,
            step -> uploads.reader(Person.of(step)),
            step -> chunk -> uploads.forget(chunk.getItems()))
        .processor(uploads::withoutBytes)
        .build();
  }

  private Step assets() {
    var assets = new DeletedAssets(steps.db(), blobs);
    return steps
        .<DeletedAsset, DeletedAsset>chunks(
            "assets",
            CHUNK,
            step -> assets.reader(Person.of(step).tenant(), Person.of(step).user()),
            step ->
                chunk -> {
                  long variants =
                      chunk.getItems().stream().mapToLong(asset -> asset.blobs().size() - 1).sum();
                  assets.forget(chunk.getItems());
                  steps.record().add(step, "variants", variants);
                })
        .processor(assets::withoutBytes)
        .build();
  }

  private Step mentions() {
    var mentions = new Mentions(steps.db());
    return steps.tasklet(
        "mentions",
        (contribution, chunk) -> {
          var step = contribution.getStepExecution();
          if (!RunParameters.of(step).yes("mentions")) {
            return RepeatStatus.FINISHED;
          }
          var context = step.getExecutionContext();
          var after = UUID.fromString(context.getString(POSITION, new UUID(0, 0).toString()));
          var until = mentions.window(after);
          if (until == null) {
            return RepeatStatus.FINISHED;
          }
          count(step, mentions.forget(Person.of(step), after, until));
          context.putString(POSITION, until.toString());
          return RepeatStatus.CONTINUABLE;
        });
  }

  private Map<String, Long> markFiles(StepExecution step, Person person) {
    boolean exports = RunParameters.of(step).yes("exports");
    requireNoneRuns(person, exports);
    for (long run : belongings.archives(person)) {
      for (var section : Section.values()) {
        delete(section.part(run));
      }
    }
    return Map.of("files", (long) belongings.markFiles(person, exports));
  }

  /** What is being written now would be there after all the rest has gone. */
  private void requireNoneRuns(Person person, boolean exports) {
    belongings
        .liveExport(person, exports)
        .ifPresent(
            execution -> {
              throw new IllegalStateException(
                  "The execution %d may be writing about the person (expected: to restart this one when that has ended)"
                      .formatted(execution));
            });
  }

  private void delete(BlobKey key) {
    try {
      blobs.delete(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Step files() {
    var files = new DeletedFiles(steps.db(), blobs);
    return steps
        .<BlobKey, BlobKey>chunks(
            "files", CHUNK, step -> files.reader(), step -> chunk -> files.forget(chunk.getItems()))
        .processor(files::withoutBytes)
        .build();
  }

  /** Last: from its commit on nothing here knows whom it was about. */
  private Step certificate(Certificates certificates) {
    return steps.tasklet(
        "certificate",
        (contribution, chunk) -> {
          var step = contribution.getStepExecution();
          var person = Person.of(step);
          certificates.issue(
              "erase-user", step.getJobExecution().getJobInstance().getInstanceId(), person);
          steps
              .db()
              .jdbc()
              .sql("select forget_person_in_records(?, ?)")
              .params(person.tenant(), person.user())
              .query(Long.class)
              .single();
          return RepeatStatus.FINISHED;
        });
  }
}
