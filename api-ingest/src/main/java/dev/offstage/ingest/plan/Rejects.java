package dev.offstage.ingest.plan;

import dev.offstage.body.JsonText;
import dev.offstage.body.TimeCursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;

/** What was refused and why, as operators look for it. */
@Repository
class Rejects {
  private final JdbcClient db;

  Rejects(JdbcClient db) {
    this.db = db;
  }

  /**
   * Which are meant; null for any.
   *
   * @param from by the time at which it came
   * @param to excluded
   */
  record Wanted(
      @Nullable String app,
      @Nullable UUID writeKey,
      @Nullable String reason,
      @Nullable Instant from,
      @Nullable Instant to) {}

  /**
   * One event, or a request, that was refused.
   *
   * @param event as it was read, without what the tenant never keeps; null where it could not be
   * @param replayedAt when it was sent to be written after all
   */
  record Reject(
      UUID id,
      String app,
      UUID writeKey,
      Instant receivedAt,
      String reason,
      String detail,
      @Nullable String type,
      @Nullable String name,
      @Nullable String messageId,
      @Nullable JsonNode event,
      @Nullable Instant replayedAt) {}

  /** A page, the latest first. */
  List<Reject> page(String tenant, Wanted wanted, @Nullable TimeCursor before, int limit) {
    return db.sql(
            """
            select * from event_reject
            where tenant = :tenant
              and (:app::text is null or app = :app)
              and (:key::uuid is null or write_key = :key::uuid)
              and (:reason::text is null or reason = :reason)
              and (:from::timestamptz is null or received_at >= :from::timestamptz)
              and (:to::timestamptz is null or received_at < :to::timestamptz)
              and (:at::timestamptz is null or (received_at, id) < (:at::timestamptz, :id::uuid))
            order by received_at desc, id desc limit :limit
            """)
        .param("tenant", tenant)
        .param("app", wanted.app())
        .param("key", text(wanted.writeKey()))
        .param("reason", wanted.reason())
        .param("from", text(wanted.from()))
        .param("to", text(wanted.to()))
        .param("at", before == null ? null : before.at().toString())
        .param("id", before == null ? null : before.id().toString())
        .param("limit", limit)
        .query(Rejects::reject)
        .list();
  }

  Optional<Reject> find(String tenant, UUID id) {
    return db.sql("select * from event_reject where tenant = ? and id = ? limit 1")
        .params(tenant, id)
        .query(Rejects::reject)
        .optional();
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static Reject reject(ResultSet row, int index) throws SQLException {
    var event = row.getString("event");
    var replayed = row.getObject("replayed_at", OffsetDateTime.class);
    return new Reject(
        row.getObject("id", UUID.class),
        row.getString("app"),
        row.getObject("write_key", UUID.class),
        row.getObject("received_at", OffsetDateTime.class).toInstant(),
        row.getString("reason"),
        row.getString("detail"),
        row.getString("type"),
        row.getString("name"),
        row.getString("message_id"),
        event == null ? null : JsonText.MAPPER.readTree(event),
        replayed == null ? null : replayed.toInstant());
  }
}
