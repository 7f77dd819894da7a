package dev.offstage.ingest.analytics;

import dev.offstage.body.JsonText;
import dev.offstage.body.TimeCursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Pages of single events, the latest first. */
final class EventPages {
  private EventPages() {}

  /** Whose events are meant, besides what the {@link Filter} says; null for anybody's. */
  record Whose(@Nullable String userId, @Nullable String anonymousId) {}

  /** An event as it is kept. */
  record Row(
      UUID id,
      String type,
      @Nullable String name,
      String app,
      String messageId,
      @Nullable String userId,
      @Nullable String anonymousId,
      @Nullable String sessionId,
      @Nullable String deviceId,
      @Nullable String platform,
      @Nullable String appVersion,
      @Nullable String locale,
      @Nullable String country,
      Instant occurredAt,
      @Nullable Instant originalAt,
      @Nullable Instant sentAt,
      Instant receivedAt,
      @Nullable JsonNode properties,
      @Nullable JsonNode context) {}

  static List<Row> read(
      JdbcClient jdbc,
      String tenant,
      Range range,
      Filter filter,
      Whose whose,
      @Nullable TimeCursor before,
      int limit) {
    return jdbc.sql(
            """
            select e.* from event e
            where e.tenant = :tenant and e.occurred_at >= :from::timestamptz
              and e.occurred_at < :to::timestamptz
              and (:user::text is null or e.user_id = :user)
              and (:anonymous::text is null or e.anonymous_id = :anonymous)
              and (:at::timestamptz is null
                or (e.occurred_at, e.id) < (:at::timestamptz, :id::uuid))
              and %s
            order by e.occurred_at desc, e.id desc limit :limit
            """
                .formatted(Filter.OF_EVENTS))
        .params(filter.params(tenant, range))
        .param("user", whose.userId())
        .param("anonymous", whose.anonymousId())
        .param("at", before == null ? null : before.at().toString())
        .param("id", before == null ? null : before.id().toString())
        .param("limit", limit)
        .query(EventPages::row)
        .list();
  }

  private static Row row(ResultSet row, int index) throws SQLException {
    return new Row(
        row.getObject("id", UUID.class),
        row.getString("type"),
        row.getString("name"),
        row.getString("app"),
        row.getString("message_id"),
        row.getString("user_id"),
        row.getString("anonymous_id"),
        row.getString("session_id"),
        row.getString("device_id"),
        row.getString("platform"),
        row.getString("app_version"),
        row.getString("locale"),
        row.getString("country"),
        row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
        instant(row, "original_at"),
        instant(row, "sent_at"),
        row.getObject("received_at", OffsetDateTime.class).toInstant(),
        json(row.getString("properties")),
        json(row.getString("context")));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static @Nullable JsonNode json(@Nullable String text) {
    return text == null ? null : JsonText.MAPPER.readTree(text);
  }
}
