package dev.offstage.scheduler.batch.archive;

import dev.offstage.blob.BlobAppender;
import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStream;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * Appends lines to a blob. The offset is committed with the chunk, once its bytes are forced; what
 * lies behind it is cut off by whoever goes on.
 */
final class LineWriter implements ItemWriter<Line>, ItemStream {
  private static final String OFFSET = "lines.offset";

  private final BlobStore blobs;
  private final BlobKey key;
  private final LongConsumer written;
  private long offset;
  private @Nullable BlobAppender appender;

  /**
   * @param written is told of the lines of each chunk, in its transaction
   */
  LineWriter(BlobStore blobs, BlobKey key, LongConsumer written) {
    this.blobs = blobs;
    this.key = key;
    this.written = written;
  }

  @Override
  public void open(ExecutionContext context) {
    offset = context.getLong(OFFSET, 0);
  }

  @Override
  public void write(Chunk<? extends Line> chunk) throws IOException {
    if (appender == null) {
      appender = blobs.append(key, () -> offset);
    }
    for (var line : chunk) {
      appender.write(ByteBuffer.wrap((line.json() + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    appender.force();
    offset = appender.position();
    written.accept(chunk.size());
  }

  @Override
  public void update(ExecutionContext context) {
    context.putLong(OFFSET, offset);
  }

  @Override
  public void close() {
    if (appender != null) {
      try {
        appender.close();
      } catch (IOException e) {
        throw new ItemStreamException("a section was not given up", e);
      } finally {
        appender = null;
      }
    }
  }
}
