package dev.offstage.store;

import dev.offstage.job.Backoff;
import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads rows of the job table. */
final class JobRows {
  /** What {@link #job} reads. */
  static final String COLUMNS =
      """
      id, tenant, owner, kind, pool, priority, state, attempt, max_attempts, claim_no, version,
      payload::text as payload, payload_version, tags, progress, progress_note,
      result::text as result, error_reason, error_message, workflow, workflow_ref,
      created_at, due_at, expires_at, started_at, ended_at
      """;

  /** What {@link #claimed} reads, of a job called j. */
  static final String CLAIMED =
      """
      j.id, j.claim_no, j.tenant, j.owner, j.kind, j.payload::text as payload, j.payload_version,
      j.attempt, j.max_attempts, j.crashes, j.interruptions, j.backoff, j.linked,
      (extract(epoch from j.timeout) * 1000)::bigint as timeout_ms, j.traceparent
      """;

  private JobRows() {}

  static JobId id(ResultSet row, int n) throws SQLException {
    return new JobId(row.getObject("id", UUID.class));
  }

  static Job job(ResultSet row, int n) throws SQLException {
    var reason = row.getString("error_reason");
    var tags = row.getArray("tags");
    return new Job(
        id(row, n),
        row.getString("tenant"),
        row.getString("owner"),
        new JobKind(row.getString("kind")),
        row.getString("pool"),
        Priority.values()[row.getInt("priority")],
        JobState.of(row.getString("state")),
        row.getInt("attempt"),
        row.getInt("max_attempts"),
        row.getInt("claim_no"),
        row.getInt("version"),
        row.getString("payload"),
        row.getInt("payload_version"),
        tags == null ? List.of() : List.of((String[]) tags.getArray()),
        row.getFloat("progress"),
        row.getString("progress_note"),
        row.getString("result"),
        reason == null ? null : new JobFailure(reason, row.getString("error_message")),
        row.getObject("workflow", UUID.class),
        row.getString("workflow_ref"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "due_at"),
        instant(row, "expires_at"),
        instant(row, "started_at"),
        instant(row, "ended_at"));
  }

  static ClaimedJob claimed(ResultSet row, int n) throws SQLException {
    var backoff = row.getString("backoff");
    return new ClaimedJob(
        id(row, n),
        row.getInt("claim_no"),
        row.getString("tenant"),
        row.getString("owner"),
        new JobKind(row.getString("kind")),
        row.getString("payload"),
        row.getInt("payload_version"),
        row.getInt("attempt"),
        row.getInt("max_attempts"),
        row.getInt("crashes"),
        row.getInt("interruptions"),
        Duration.ofMillis(row.getLong("timeout_ms")),
        backoff == null ? null : Backoff.of(backoff),
        row.getBoolean("linked"),
        row.getString("traceparent"));
  }

  /** Null also for infinity. */
  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null || time.equals(OffsetDateTime.MAX) ? null : time.toInstant();
  }
}
