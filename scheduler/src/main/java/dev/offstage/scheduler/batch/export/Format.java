package dev.offstage.scheduler.batch.export;

import dev.offstage.scheduler.batch.artifact.BlobOutput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** How files are written. */
enum Format {
  CSV,
  PARQUET;

  RowFile open(BlobOutput out, List<Column> columns, boolean forSpreadsheets) throws IOException {
    return this == CSV ? new CsvFile(out, columns, forSpreadsheets) : new ParquetFile(out, columns);
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Format of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
