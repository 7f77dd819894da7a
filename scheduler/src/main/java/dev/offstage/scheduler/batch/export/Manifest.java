package dev.offstage.scheduler.batch.export;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.artifact.BatchFile;
import dev.offstage.scheduler.batch.artifact.BatchFiles;
import dev.offstage.scheduler.batch.artifact.BlobOutput;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says what an export consists of: {@code manifest.json} with its files, columns and sums, and
 * {@code sha256sums.txt} as {@code sha256sum --check} reads it. Both may be written again.
 */
final class Manifest {
  private static final int PAGE = 500;

  private final BlobStore blobs;
  private final BatchFiles files;
  private final JsonMapper json;

  Manifest(BlobStore blobs, BatchFiles files, JsonMapper json) {
    this.blobs = blobs;
    this.files = files;
    this.json = json;
  }

  /** What an export is of: the same for the same run. */
  record Head(long run, String tenant, Dataset dataset, Format format, Map<String, String> facts) {}

  /** The sums over its files. */
  record Sums(long files, long rows, long bytes) {}

  Sums write(Head head) throws IOException {
    sums(head);
    try (var out = BlobOutput.create(blobs, key(head, "manifest.json"))) {
      var generator = json.createGenerator(out);
      generator.writeStartObject();
      generator.writeNumberProperty("export", head.run());
      generator.writeStringProperty("tenant", head.tenant());
      generator.writeStringProperty("dataset", head.dataset().label());
      generator.writeStringProperty("format", head.format().text());
      head.facts().forEach(generator::writeStringProperty);
      columns(head, generator);
      var sums = list(head, generator);
      generator.writeNumberProperty("rows", sums.rows());
      generator.writeNumberProperty("bytes", sums.bytes());
      generator.writeEndObject();
      generator.flush();
      name(head, "manifest.json", out.finish());
      return sums;
    }
  }

  private static void columns(Head head, JsonGenerator generator) {
    generator.writeArrayPropertyStart("columns");
    for (var column : head.dataset().columns()) {
      generator.writeStartObject();
      generator.writeStringProperty("name", column.name());
      generator.writeStringProperty("type", column.type().text());
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }

  private Sums list(Head head, JsonGenerator generator) throws IOException {
    var sums = new long[3];
    generator.writeArrayPropertyStart("files");
    each(
        head,
        file -> {
          sums[0]++;
          sums[1] += rows(file);
          sums[2] += file.bytes();
          generator.writeStartObject();
          generator.writeStringProperty("name", file.name());
          generator.writeStringProperty("blob", file.blob().path());
          generator.writeNumberProperty("rows", rows(file));
          generator.writeNumberProperty("bytes", file.bytes());
          generator.writeStringProperty("sha256", file.sha256());
          generator.writeEndObject();
        });
    generator.writeEndArray();
    return new Sums(sums[0], sums[1], sums[2]);
  }

  private void sums(Head head) throws IOException {
    try (var out = BlobOutput.create(blobs, key(head, "sha256sums.txt"))) {
      var text = new PrintStream(out, false, StandardCharsets.UTF_8);
      each(head, file -> text.print(file.sha256() + "  " + file.name() + "\n"));
      text.flush();
      if (text.checkError()) {
        throw new IOException("sha256sums.txt could not be written");
      }
      name(head, "sha256sums.txt", out.finish());
    }
  }

  private void each(Head head, FileConsumer consumer) throws IOException {
    var after = "";
    while (true) {
      var page = files.of(head.run(), after, PAGE);
      if (page.isEmpty()) {
        return;
      }
      for (var file : page) {
        if (file.rows() != null) {
          consumer.accept(file);
        }
      }
      after = page.getLast().blob().path();
    }
  }

  private static long rows(BatchFile file) {
    return file.rows() == null ? 0 : file.rows();
  }

  private static BlobKey key(Head head, String name) {
    return new BlobKey(FileSpec.folder(head.run()) + name);
  }

  private void name(Head head, String name, BlobOutput.Written written) {
    files.add(
        new BatchFile(
            written.key(),
            head.run(),
            "export",
            head.tenant(),
            null,
            name,
            null,
            written.bytes(),
            written.sha256()));
  }

  @FunctionalInterface
  private interface FileConsumer {
    void accept(BatchFile file) throws IOException;
  }
}
