package dev.offstage.ingest.analytics.table;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;

/** Writes answers as {@code text/csv} to whoever accepts that. */
@Component
public class CsvConverter extends AbstractHttpMessageConverter<Table> {
  public static final String TYPE = "text/csv";

  CsvConverter() {
    super(StandardCharsets.UTF_8, MediaType.valueOf(TYPE));
  }

  @Override
  protected boolean supports(Class<?> type) {
    return Table.class.isAssignableFrom(type);
  }

  @Override
  public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
    return false;
  }

  @Override
  protected Table readInternal(Class<? extends Table> type, HttpInputMessage message) {
    throw new HttpMessageNotReadableException("CSV is written only", message);
  }

  @Override
  protected void writeInternal(Table table, HttpOutputMessage message) throws IOException {
    message.getHeaders().setContentType(new MediaType("text", "csv", StandardCharsets.UTF_8));
    var out = new OutputStreamWriter(message.getBody(), StandardCharsets.UTF_8);
    out.write(Csv.line(table.columns()));
    try {
      table
          .rows()
          .forEach(
              row -> {
                try {
                  out.write(Csv.line(row));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    out.flush();
  }
}
