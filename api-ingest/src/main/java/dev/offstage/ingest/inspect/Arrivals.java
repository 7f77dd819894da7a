package dev.offstage.ingest.inspect;

import dev.offstage.body.JsonText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;

/** What has arrived under a write key. Looks at the latest few thousand of the tenant only. */
@Repository
class Arrivals {
  private static final int LOOKED_AT = 5_000;

  private final JdbcClient db;

  Arrivals(JdbcClient db) {
    this.db = db;
  }

  /** A write key, without its text. */
  record Key(UUID id, String name, String hint, String app, @Nullable String platform) {}

  /** The tenant's write keys that have not been revoked. */
  List<Key> keys(String tenant) {
    return db.sql(
            """
            select k.id, k.name, k.hint, coalesce(w.app, 'default') as app, w.platform
            from api_key k left join write_key w on w.id = k.id
            where k.tenant = :tenant and k.revoked_at is null and 'events:write' = any(k.scopes)
            order by k.created_at desc limit 200
            """)
        .param("tenant", tenant)
        .query(
            (row, n) ->
                new Key(
                    row.getObject("id", UUID.class),
                    row.getString("name"),
                    row.getString("hint"),
                    row.getString("app"),
                    row.getString("platform")))
        .list();
  }

  /**
   * An event, or one that was refused.
   *
   * @param reason why it was refused; null for an event that is kept
   */
  record Arrival(
      UUID id,
      @Nullable String type,
      @Nullable String name,
      @Nullable String messageId,
      @Nullable String userId,
      @Nullable String anonymousId,
      @Nullable String platform,
      @Nullable String appVersion,
      @Nullable Instant occurredAt,
      Instant receivedAt,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable JsonNode content) {}

  /**
   * The latest, the last one first.
   *
   * @param key null for all of the tenant's
   */
  List<Arrival> latest(String tenant, @Nullable UUID key, int limit) {
    return db.sql(
            """
            (select id, type, name, message_id, user_id, anonymous_id, platform, app_version,
               occurred_at, received_at, null as reason, null as detail, properties as content
             from (select * from event where tenant = :tenant
                   order by txid desc limit :lookedAt) e
             where :key::uuid is null or write_key = :key::uuid
             order by received_at desc, occurred_at desc, id limit :limit)
            union all
            (select id, type, name, message_id, null, null, null, null,
               null, received_at, reason, detail, event
             from (select * from event_reject where tenant = :tenant
                   order by received_at desc limit :lookedAt) r
             where :key::uuid is null or write_key = :key::uuid
             order by received_at desc, id limit :limit)
            order by received_at desc, occurred_at desc nulls last, id limit :limit
            """)
        .param("tenant", tenant)
        .param("key", key == null ? null : key.toString())
        .param("lookedAt", LOOKED_AT)
        .param("limit", limit)
        .query(Arrivals::arrival)
        .list();
  }

  private static Arrival arrival(ResultSet row, int index) throws SQLException {
    var occurred = row.getObject("occurred_at", OffsetDateTime.class);
    var content = row.getString("content");
    return new Arrival(
        row.getObject("id", UUID.class),
        row.getString("type"),
        row.getString("name"),
        row.getString("message_id"),
        row.getString("user_id"),
        row.getString("anonymous_id"),
        row.getString("platform"),
        row.getString("app_version"),
        occurred == null ? null : occurred.toInstant(),
        row.getObject("received_at", OffsetDateTime.class).toInstant(),
        row.getString("reason"),
        row.getString("detail"),
        content == null ? null : JsonText.MAPPER.readTree(content));
  }
}
