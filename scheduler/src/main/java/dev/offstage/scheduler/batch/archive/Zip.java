package dev.offstage.scheduler.batch.archive;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobMissingException;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.artifact.BlobOutput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip that is written straight into the blob store, whatever its size. */
final class Zip implements Closeable {
  private static final int BUFFER = 256 * 1024;

  /** How many buffers are copied before somebody is told that it goes on. */
  private static final int BEAT = 32;

  /** The same in each: the files' own times are in the sections. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final BlobStore blobs;
  private final BlobOutput out;
  private final ZipOutputStream zip;
  private final Runnable beat;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

  /**
   * @param beat called now and then while much is copied
   */
  Zip(BlobStore blobs, BlobKey key, Runnable beat) throws IOException {
    this.blobs = blobs;
    this.out = BlobOutput.create(blobs, key);
    this.zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    this.beat = beat;
  }

  /** Adds a blob; false if there is none. */
  boolean add(String name, BlobKey blob) throws IOException {
    try (var from = blobs.read(blob)) {
      begin(name);
      int copied = 0;
      while (from.read(buffer.clear()) >= 0) {
        zip.write(buffer.array(), 0, buffer.position());
        if (++copied % BEAT == 0) {
          beat.run();
        }
      }
      zip.closeEntry();
      beat.run();
      return true;
    } catch (BlobMissingException e) {
      return false;
    }
  }

  void add(String name, String text) throws IOException {
    begin(name);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private void begin(String name) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
  }

  BlobOutput.Written finish() throws IOException {
    zip.finish();
    return out.finish();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
