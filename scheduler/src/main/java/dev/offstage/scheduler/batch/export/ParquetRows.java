package dev.offstage.scheduler.batch.export;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Rows as Parquet has them: flat, each column optional. */
final class ParquetRows extends WriteSupport<Row> {
  private final List<Column> columns;
  private @Nullable RecordConsumer consumer;

  ParquetRows(List<Column> columns) {
    this.columns = columns;
  }

  @Override
  public WriteContext init(Configuration configuration) {
    var fields = columns.stream().map(ParquetRows::field).toList();
    return new WriteContext(new MessageType("row", fields), Map.of());
  }

  private static Type field(Column column) {
    var builder =
        switch (column.type()) {
          case TEXT ->
              Types.optional(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType());
          case JSON ->
              Types.optional(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.jsonType());
          case NUMBER -> Types.optional(PrimitiveTypeName.INT64);
          case DECIMAL -> Types.optional(PrimitiveTypeName.DOUBLE);
          case FLAG -> Types.optional(PrimitiveTypeName.BOOLEAN);
          case TIME ->
              Types.optional(PrimitiveTypeName.INT64)
                  .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS));
        };
    return builder.named(column.name());
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    consumer = recordConsumer;
  }

  @Override
  public void write(Row row) {
    var out = consumer;
    if (out == null) {
      throw new IllegalStateException("not prepared");
    }
    out.startMessage();
    for (int i = 0; i < columns.size(); i++) {
      var value = row.values()[i];
      if (value != null) {
        out.startField(columns.get(i).name(), i);
        add(out, columns.get(i).type(), value);
        out.endField(columns.get(i).name(), i);
      }
    }
    out.endMessage();
  }

  private static void add(RecordConsumer out, Column.Type type, Object value) {
    switch (type) {
      case TEXT, JSON -> out.addBinary(Binary.fromString((String) value));
      case NUMBER, TIME -> out.addLong((Long) value);
      case DECIMAL -> out.addDouble((Double) value);
      case FLAG -> out.addBoolean((Boolean) value);
    }
  }
}
