package dev.offstage.scheduler.batch.export;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/** Reads the columns of a dataset, which a query has selected first and in their order. */
final class RowReading implements RowMapper<Row> {
  private final List<Column> columns;
  private final Position position;

  RowReading(List<Column> columns, Position position) {
    this.columns = columns;
    this.position = position;
  }

  /** Where a row is. */
  interface Position {
    String of(ResultSet row) throws SQLException;
  }

  static String selected(List<Column> columns) {
    return columns.stream().map(Column::sql).collect(Collectors.joining(", "));
  }

  @Override
  public Row mapRow(ResultSet row, int index) throws SQLException {
    var values = new @Nullable Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(row, i + 1, columns.get(i).type());
    }
    return new Row(position.of(row), values);
  }

  private static @Nullable Object value(ResultSet row, int column, Column.Type type)
      throws SQLException {
    return switch (type) {
      case TEXT, JSON -> row.getString(column);
      case TIME -> micros(row.getObject(column, OffsetDateTime.class));
      case NUMBER -> unlessNull(row, row.getLong(column));
      case DECIMAL -> unlessNull(row, row.getDouble(column));
      case FLAG -> unlessNull(row, row.getBoolean(column));
    };
  }

  private static @Nullable Object unlessNull(ResultSet row, Object value) throws SQLException {
    return row.wasNull() ? null : value;
  }

  private static @Nullable Long micros(@Nullable OffsetDateTime time) {
    return time == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
  }
}
