package dev.offstage.scheduler.batch.archive;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.artifact.BatchFile;
import dev.offstage.scheduler.batch.artifact.BatchFiles;
import dev.offstage.scheduler.batch.artifact.BlobOutput;
import dev.offstage.scheduler.batch.person.Certificates;
import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.scheduler.batch.step.BatchSteps;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** Makes the archive of its sections and of the person's bytes, with the certificate in it. */
final class Packing implements Tasklet {
  private final BatchSteps steps;
  private final BlobStore blobs;
  private final Certificates certificates;
  private final BatchFiles files;

  Packing(BatchSteps steps, BlobStore blobs, Certificates certificates) {
    this.steps = steps;
    this.blobs = blobs;
    this.certificates = certificates;
    this.files = new BatchFiles(steps.db());
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext chunk)
      throws IOException {
    var step = contribution.getStepExecution();
    var person = Person.of(step);
    long run = step.getJobExecution().getJobInstance().getInstanceId();
    var lines = steps.record().figures(step);
    try (var zip = new Zip(blobs, archive(run), this::beat)) {
      for (var section : Section.values()) {
        var name = section.text() + ".ndjson";
        if (!zip.add(name, section.part(run))) {
          requireEmpty(section, lines);
          zip.add(name, "");
        }
      }
      steps.record().set(step, "files", addBytes(step, person, zip));
      var certificate = certificates.issue("export-user", run, person);
      zip.add("certificate.json", certificate.body());
      name(run, person, certificate.subject(), zip.finish());
    }
    return RepeatStatus.FINISHED;
  }

  private static void requireEmpty(Section section, Map<String, Long> lines) {
    long written = lines.getOrDefault(section.text(), 0L);
    if (written > 0) {
      throw new IllegalStateException(
          "The %d lines of %s are gone (expected: to start export-user again, from its beginning)"
              .formatted(written, section.text()));
    }
  }

  private long addBytes(StepExecution step, Person person, Zip zip) throws IOException {
    long added = 0;
    var bytes = new PersonBytes(steps.db(), person);
    for (var page = bytes.next(); !page.isEmpty(); page = bytes.next()) {
      for (var entry : page) {
        if (zip.add(entry.name(), entry.blob())) {
          added++;
        } else {
          steps.record().skipped(step, entry.name(), "its blob is missing");
        }
      }
    }
    return added;
  }

  /** The chunk's connection is given up if nothing is asked of it for long. */
  private void beat() {
    steps.db().jdbc().sql("select 1").query(Integer.class).single();
  }

  static BlobKey archive(long run) {
    return new BlobKey("archive/" + run + "/person.zip");
  }

  private void name(long run, Person person, UUID subject, BlobOutput.Written written) {
    files.add(
        new BatchFile(
            written.key(),
            run,
            "export-user",
            person.tenant(),
            subject,
            "person.zip",
            null,
            written.bytes(),
            written.sha256()));
  }
}
