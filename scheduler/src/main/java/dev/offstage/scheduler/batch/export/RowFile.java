package dev.offstage.scheduler.batch.export;

import java.io.Closeable;
import java.io.IOException;

/** A file of rows while it is written. */
interface RowFile extends Closeable {

  void write(Row row) throws IOException;

  /** How long it is so far, about; the same for the same rows. */
  long size();

  /** Writes what is left, so that its output is whole. */
  void finish() throws IOException;

  /** Gives up what was not finished. */
  @Override
  void close() throws IOException;
}
