package dev.offstage.scheduler.batch.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.FileBlobStore;
import dev.offstage.scheduler.batch.artifact.BlobOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written is what a reader of other makers, DuckDB, reads. */
class RowFilesTests {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("name"),
          Column.json("payload"),
          Column.number("amount"),
          Column.decimal("share"),
          Column.flag("done"),
          Column.time("moment"));
  private static final long AT = 1_764_115_200_123_456L; // 2025-11-26T00:00:00.123456Z

  @TempDir Path directory;
  private FileBlobStore blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = new FileBlobStore(directory, InstantSource.system());
  }

  @AfterEach
  void close() throws IOException {
    blobs.close();
  }

  private static Row row(@Nullable Object... values) {
    return new Row("", values);
  }

  private BlobOutput.Written write(Format format, boolean forSpreadsheets, List<Row> rows)
      throws IOException {
    var key = new BlobKey("export/1/rows." + format.text());
    try (var out = BlobOutput.create(blobs, key);
        var file = format.open(out, COLUMNS, forSpreadsheets)) {
      for (var row : rows) {
        file.write(row);
      }
      file.finish();
      return out.finish();
    }
  }

  private List<List<String>> read(Format format, String columns) throws SQLException {
    var source =
        format == Format.CSV
            ? "read_csv('%s', header=true, all_varchar=true, nullstr='', allow_quoted_nulls=false)"
            : "read_parquet('%s')";
    var found = new ArrayList<List<String>>();
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select %s from %s"
                    .formatted(
                        columns,
                        source.formatted(directory.resolve("export/1/rows." + format.text()))))) {
      int width = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= width; i++) {
          row.add(rows.getString(i));
        }
        found.add(row);
      }
    }
    return found;
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void everyValueComesBackAsItWas(Format format) throws Exception {
    write(
        format,
        false,
        List.of(
            row("plain", "{\"a\":1}", 7L, 0.5, true, AT),
            row("with \"quotes\", commas\r\nand lines", "[\"é—🙂\"]", -1L, -0.25, false, 0L),
            row("", null, null, null, null, null),
            row(null, "{\"a\":\"\"}", 0L, 1e300, true, -1L),
            row("  kept  ", "null", Long.MAX_VALUE, 0.0, false, AT)));

    assertThat(read(format, "name, payload, amount"))
        .containsExactly(
            Arrays.asList("plain", "{\"a\":1}", "7"),
            Arrays.asList("with \"quotes\", commas\r\nand lines", "[\"é—🙂\"]", "-1"),
            Arrays.asList("", null, null),
            Arrays.asList(null, "{\"a\":\"\"}", "0"),
            Arrays.asList("  kept  ", "null", Long.toString(Long.MAX_VALUE)));
    assertThat(read(format, "share::double, done::boolean, epoch_us(moment::timestamptz)"))
        .containsExactly(
            Arrays.asList("0.5", "true", Long.toString(AT)),
            Arrays.asList("-0.25", "false", "0"),
            Arrays.asList(null, null, null),
            Arrays.asList("1.0E300", "true", "-1"),
            Arrays.asList("0.0", "false", Long.toString(AT)));
  }

  @Test
  void parquetTellsTheTypesOfItsColumns() throws Exception {
    write(Format.PARQUET, false, List.of(row("a", "{}", 1L, 1.0, true, AT)));
    assertThat(
            read(
                    Format.PARQUET,
                    "typeof(name), typeof(payload), typeof(amount), typeof(share), typeof(done),"
                        + " typeof(moment)")
                .getFirst())
        .containsExactly(
            "VARCHAR", "JSON", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP WITH TIME ZONE");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aFileOfNoRowsCanBeRead(Format format) throws Exception {
    write(format, false, List.of());
    assertThat(read(format, "*")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void theSumIsThatOfTheFileAndTheSameRowsMakeTheSameFile(Format format) throws Exception {
    var rows =
        IntStream.range(0, 20_000)
            .mapToObj(i -> row("name " + i % 17, "{\"n\":" + i + "}", (long) i, i / 3.0, true, AT))
            .toList();
    var first = write(format, false, rows);
    var bytes = Files.readAllBytes(directory.resolve(first.key().path()));
    assertThat(first.bytes()).isEqualTo(bytes.length);
    assertThat(first.sha256())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    assertThat(write(format, false, rows)).isEqualTo(first);
  }

  @Test
  void whatASpreadsheetWouldTakeForAFormulaIsDisarmedWhenAsked() throws Exception {
    var rows =
        List.of(
            row("=1+1", null, -1L, null, null, null),
            row("@SUM(A1)", "{}", 1L, null, null, null),
            row("a=1", null, 1L, null, null, null));
    write(Format.CSV, true, rows);
    assertThat(read(Format.CSV, "name, amount"))
        .containsExactly(List.of("'=1+1", "-1"), List.of("'@SUM(A1)", "1"), List.of("a=1", "1"));
    write(Format.CSV, false, rows);
    assertThat(read(Format.CSV, "name")).contains(List.of("=1+1"));
  }
}
