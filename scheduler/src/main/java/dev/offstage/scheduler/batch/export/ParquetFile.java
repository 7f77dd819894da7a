package dev.offstage.scheduler.batch.export;

import dev.offstage.scheduler.batch.artifact.BlobOutput;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * Parquet, compressed with Zstandard. A group of rows is in memory until it is full, so it is kept
 * small: many files may be open at once.
 */
final class ParquetFile implements RowFile {
  private static final long ROW_GROUP = 8L << 20;
  private static final int PAGE = 512 << 10;
  private static final int DICTIONARY = 256 << 10;

  private final ParquetWriter<Row> writer;

  ParquetFile(BlobOutput out, List<Column> columns) throws IOException {
    writer =
        new Builder(new Output(out), new ParquetRows(columns))
            .withRowGroupSize(ROW_GROUP)
            .withPageSize(PAGE)
            .withDictionaryPageSize(DICTIONARY)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build();
  }

  @Override
  public void write(Row row) throws IOException {
    writer.write(row);
  }

  @Override
  public long size() {
    return writer.getDataSize();
  }

  /** Writes the rest and the footer; the output itself stays open. */
  @Override
  public void finish() throws IOException {
    writer.close();
  }

  @Override
  public void close() {
    // What was not finished is in memory, and goes with it; the output is its opener's.
  }

  private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
    private final ParquetRows rows;

    Builder(OutputFile file, ParquetRows rows) {
      super(file);
      this.rows = rows;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
      return rows;
    }
  }

  private record Output(BlobOutput out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new Positioned(out);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return new Positioned(out);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  private static final class Positioned extends PositionOutputStream {
    private final BlobOutput out;

    Positioned(BlobOutput out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return out.bytes();
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }
  }
}
