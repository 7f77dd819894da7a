package dev.offstage.scheduler.tell;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assets, as far as an event tells of them. Their bytes' URLs are signed and expire, so an event
 * has none: whoever wants the bytes asks for the asset.
 */
@Component
final class EventAssets {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  EventAssets(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** What is known of an asset; only its id if it was deleted meanwhile. */
  ObjectNode data(String tenant, UUID asset) {
    var data = json.createObjectNode().put("id", asset.toString());
    jdbc.sql(
            """
            select owner, job_id, media_type, byte_size, filename, width, height, blurhash,
                   thumbhash, dominant_color
            from asset where id = :id and tenant = :tenant and deleted_at is null
            """)
        .param("id", asset)
        .param("tenant", tenant)
        .query(
            row -> {
              describe(row, data);
            });
    var variants = data.putArray("variants");
    jdbc.sql(
            """
            select name, format, width, height, byte_size from variant
            where asset_id = :id order by width, format
            """)
        .param("id", asset)
        .query(
            row -> {
              variants
                  .addObject()
                  .put("name", row.getString("name"))
                  .put("format", row.getString("format"))
                  .put("width", row.getInt("width"))
                  .put("height", row.getInt("height"))
                  .put("byteSize", row.getLong("byte_size"));
            });
    return data;
  }

  private static void describe(ResultSet row, ObjectNode data) throws SQLException {
    data.put("owner", row.getString("owner"));
    data.put("job", row.getString("job_id"));
    data.put("mediaType", row.getString("media_type"));
    data.put("byteSize", row.getLong("byte_size"));
    data.put("filename", row.getString("filename"));
    data.put("width", row.getObject("width", Integer.class));
    data.put("height", row.getObject("height", Integer.class));
    data.put("blurhash", row.getString("blurhash"));
    data.put("thumbhash", row.getString("thumbhash"));
    data.put("dominantColor", row.getString("dominant_color"));
  }
}
