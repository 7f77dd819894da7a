package dev.offstage.scheduler.console.api;

import dev.offstage.body.JsonText;
import dev.offstage.queue.ParkedMessage;
import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Messages that no worker could read, fetched from the broker. */
@Repository
class ParkedStore {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;

  ParkedStore(Db db) {
    this.jdbc = db.jdbc();
  }

  record Kept(long id, Instant fetchedAt, ParkedMessage message) {}

  long keep(ParkedMessage message) {
    return jdbc.sql(
            """
            insert into parked_message (queue, reason, content_type, headers, body)
            values (:queue, :reason, :contentType, :headers::jsonb, :body) returning id
            """)
        .param("queue", message.queue().replace('\0', '?'))
        .param("reason", message.reason())
        .param("contentType", message.contentType())
        .param("headers", JsonText.withoutNul(JSON.writeValueAsString(message.headers())))
        .param("body", message.body())
        .query(Long.class)
        .single();
  }

  /** The latest first. */
  List<Kept> all(@Nullable Long before, int limit) {
    return jdbc.sql(
            """
            select * from parked_message
            where id < coalesce(:before::bigint, 9223372036854775807)
            order by id desc limit :limit
            """)
        .param("before", before)
        .param("limit", limit)
        .query(ParkedStore::kept)
        .list();
  }

  /** Takes one away; empty if there is none of that id. */
  Optional<ParkedMessage> take(long id) {
    return jdbc.sql("delete from parked_message where id = :id returning *")
        .param("id", id)
        .query(ParkedStore::kept)
        .optional()
        .map(Kept::message);
  }

  private static Kept kept(ResultSet row, int n) throws SQLException {
    Map<String, String> headers =
        JSON.readValue(row.getString("headers"), new TypeReference<Map<String, String>>() {});
    return new Kept(
        row.getLong("id"),
        row.getObject("fetched_at", OffsetDateTime.class).toInstant(),
        new ParkedMessage(
            row.getString("queue"),
            row.getString("reason"),
            row.getString("content_type"),
            headers,
            row.getBytes("body")));
  }
}
