package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.BatchRange;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchSkip;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.BatchStep;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Rows as records. */
final class RunRows {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RunRows() {}

  static Map<String, String> parameters(String json) {
    return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
  }

  private static Map<String, Long> figures(String json) {
    return JSON.readValue(json, new TypeReference<Map<String, Long>>() {});
  }

  static BatchRun run(ResultSet row, List<BatchStep> steps) throws SQLException {
    return new BatchRun(
        row.getLong("execution"),
        row.getString("batch"),
        parameters(row.getString("parameters")),
        row.getInt("run"),
        BatchState.valueOf(row.getString("state")),
        row.getString("started_by"),
        row.getObject("restart_of", Long.class),
        row.getInt("recoveries"),
        row.getObject("range", Long.class),
        row.getString("node_name"),
        time(row, "created_at"),
        orNull(row, "started_at"),
        orNull(row, "ended_at"),
        duration(row, "duration_ms"),
        row.getLong("read"),
        row.getLong("written"),
        row.getLong("skipped"),
        row.getLong("done"),
        row.getLong("total"),
        figures(row.getString("figures")),
        row.getString("exit_code"),
        text(row, "exit_message"),
        steps);
  }

  static BatchStep step(ResultSet row, int n) throws SQLException {
    return new BatchStep(
        row.getString("step_name"),
        row.getString("status"),
        row.getBoolean("partitioned"),
        row.getLong("read_count"),
        row.getLong("write_count"),
        row.getLong("filter_count"),
        row.getLong("skip_count"),
        row.getLong("done"),
        row.getObject("total", Long.class),
        orNull(row, "began_at"),
        duration(row, "duration_ms"),
        row.getString("exit_code"),
        text(row, "exit_message"));
  }

  static BatchRange range(ResultSet row, int n) throws SQLException {
    return new BatchRange(
        row.getLong("id"),
        row.getString("batch"),
        row.getObject("from_day", LocalDate.class),
        row.getObject("to_day", LocalDate.class),
        row.getInt("at_once"),
        parameters(row.getString("others")),
        row.getString("started_by"),
        row.getObject("next_day", LocalDate.class),
        row.getInt("live"),
        row.getInt("completed"),
        row.getInt("failed"),
        time(row, "created_at"),
        orNull(row, "stopped_at"),
        orNull(row, "ended_at"));
  }

  static BatchSkip skip(ResultSet row, int n) throws SQLException {
    return new BatchSkip(
        row.getLong("id"),
        row.getLong("execution"),
        row.getString("batch"),
        row.getString("step"),
        row.getString("item"),
        row.getString("reason"),
        time(row, "at"));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Instant orNull(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static @Nullable Duration duration(ResultSet row, String column) throws SQLException {
    var millis = row.getObject(column, Long.class);
    return millis == null ? null : Duration.ofMillis(Math.max(0, millis));
  }

  private static @Nullable String text(ResultSet row, String column) throws SQLException {
    var text = row.getString(column);
    return text == null || text.isBlank() ? null : text;
  }
}
