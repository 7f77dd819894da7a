package dev.offstage.scheduler.batch.export;

import dev.offstage.scheduler.batch.artifact.BlobOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 in UTF-8, with a header line. What is null is nothing at all, an empty text is {@code
 * ""}. A value is what it is, though a spreadsheet may take one that begins with {@code =} for a
 * formula; those who open files in one ask for values that it leaves alone.
 */
final class CsvFile implements RowFile {
  private static final int FEW = 16 * 1024;

  private final BlobOutput out;
  private final List<Column> columns;
  private final boolean forSpreadsheets;
  private final StringBuilder line = new StringBuilder();

  CsvFile(BlobOutput out, List<Column> columns, boolean forSpreadsheets) throws IOException {
    this.out = out;
    this.columns = columns;
    this.forSpreadsheets = forSpreadsheets;
    for (var column : columns) {
      begin();
      line.append(column.name());
    }
    end();
  }

  @Override
  public void write(Row row) throws IOException {
    boolean first = true;
    for (int i = 0; i < columns.size(); i++) {
      if (!first) {
        line.append(',');
      }
      first = false;
      append(columns.get(i).type(), row.values()[i]);
    }
    end();
  }

  private void begin() {
    if (!line.isEmpty()) {
      line.append(',');
    }
  }

  private void append(Column.Type type, @Nullable Object value) {
    if (value == null) {
      return;
    }
    switch (type) {
      case TEXT, JSON -> quoted((String) value);
      case TIME -> line.append(Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS));
      case NUMBER, DECIMAL, FLAG -> line.append(value);
    }
  }

  private void quoted(String text) {
    boolean formula = forSpreadsheets && isFormula(text);
    if (!formula && isPlain(text)) {
      line.append(text);
      return;
    }
    line.append('"');
    if (formula) {
      line.append('\'');
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        line.append('"');
      }
      line.append(c);
    }
    line.append('"');
  }

  private static boolean isPlain(String text) {
    if (text.isEmpty() || text.charAt(0) == ' ' || text.charAt(text.length() - 1) == ' ') {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',' || c == '"' || c == '\r' || c == '\n') {
        return false;
      }
    }
    return true;
  }

  /** As OWASP lists them. */
  private static boolean isFormula(String text) {
    return !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0;
  }

  private void end() throws IOException {
    line.append("\r\n");
    out.write(line.toString().getBytes(StandardCharsets.UTF_8));
    if (line.capacity() > FEW) {
      line.setLength(0);
      line.trimToSize();
    }
    line.setLength(0);
  }

  @Override
  public long size() {
    return out.bytes();
  }

  @Override
  public void finish() {
    // Each line was whole.
  }

  @Override
  public void close() {
    // The output is its opener's.
  }
}
