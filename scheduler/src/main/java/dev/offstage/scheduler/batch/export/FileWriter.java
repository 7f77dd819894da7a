package dev.offstage.scheduler.batch.export;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.artifact.BatchFile;
import dev.offstage.scheduler.batch.artifact.BatchFiles;
import dev.offstage.scheduler.batch.artifact.BlobOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStream;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * Writes the files of a slice. A file is ended by the chunk with which it is large enough; that
 * chunk's transaction names it, and says that the next begins behind it. What is open beyond that
 * is nobody's, and is written anew by whoever goes on.
 */
final class FileWriter implements ItemWriter<Row>, ItemStream {
  private static final String BEGINNING = "file.beginning";
  private static final String NUMBER = "file.number";

  private final BlobStore blobs;
  private final BatchFiles files;
  private final FileSpec spec;
  private int number;
  private @Nullable String beginning;
  private @Nullable String last;
  private @Nullable Open open;

  FileWriter(BlobStore blobs, BatchFiles files, FileSpec spec) {
    this.blobs = blobs;
    this.files = files;
    this.spec = spec;
  }

  /** Behind which row the file that is to be written next begins; null for the first. */
  static @Nullable String beginning(ExecutionContext context) {
    return context.containsKey(BEGINNING) ? context.getString(BEGINNING) : null;
  }

  private static final class Open {
    private final BlobOutput out;
    private final RowFile file;
    private long rows;

    Open(BlobOutput out, RowFile file) {
      this.out = out;
      this.file = file;
    }
  }

  @Override
  public void open(ExecutionContext context) {
    beginning = beginning(context);
    number = context.getInt(NUMBER, 0);
  }

  @Override
  public void write(Chunk<? extends Row> chunk) throws IOException {
    if (chunk.isEmpty()) {
      return;
    }
    var to = opened();
    for (var row : chunk) {
      to.file.write(row);
      to.rows++;
      last = row.position();
    }
    if (to.file.size() >= spec.fileBytes()) {
      end(to);
    }
  }

  private Open opened() throws IOException {
    if (open == null) {
      var out = BlobOutput.create(blobs, spec.key(number));
      open = new Open(out, spec.format().open(out, spec.dataset().columns(), spec.spreadsheets()));
    }
    return open;
  }

  private void end(Open ended) throws IOException {
    ended.file.finish();
    var written = ended.out.finish();
    BlobKey key = written.key();
    files.add(
        new BatchFile(
            key,
            spec.run(),
            "export",
            spec.slice().tenant(),
            null,
            key.path().substring(key.path().lastIndexOf('/') + 1),
            ended.rows,
            written.bytes(),
            written.sha256()));
    ended.out.close();
    open = null;
    number++;
    beginning = last;
  }

  private void endLast(Open ended) {
    try {
      end(ended);
    } catch (IOException e) {
      throw new ItemStreamException("the last file was not ended", e);
    }
  }

  /** Called in the chunk's transaction, also in the last one's, which may have no rows. */
  @Override
  public void update(ExecutionContext context) {
    if (open != null && SliceReader.hasEnded(context)) {
      endLast(open);
    }
    context.putInt(NUMBER, number);
    if (beginning != null) {
      context.putString(BEGINNING, beginning);
    }
  }

  @Override
  public void close() {
    if (open != null) {
      try {
        open.out.close();
      } catch (IOException e) {
        throw new ItemStreamException("an open file was not given up", e);
      } finally {
        open = null;
      }
    }
  }
}
