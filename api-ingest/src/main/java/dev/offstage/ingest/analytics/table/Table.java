package dev.offstage.ingest.analytics.table;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An answer that can also be read as a table; {@link CsvConverter} writes it so. */
public interface Table {
  /** Of a table whose columns are known by the answer alone. */
  List<String> columns();

  /** Its rows, each as wide as {@link #columns}. */
  Stream<List<@Nullable Object>> rows();
}
