package dev.offstage.worker.integration.push;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The registered devices, as senders see them. */
final class Devices {
  private final JdbcClient jdbc;

  Devices(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A user's device. */
  record Owned(UUID id, String owner) {}

  /**
   * @param app only those of this app; null for all
   */
  List<Owned> ofUsers(String tenant, Collection<String> users, @Nullable String app) {
    return jdbc.sql(
            """
            select id, owner from device
            where tenant = :tenant and owner = any(:users) and (:app::text is null or app = :app)
            order by id
            """)
        .param("tenant", tenant)
        .param("users", users.toArray(String[]::new))
        .param("app", app)
        .query((row, n) -> new Owned(row.getObject("id", UUID.class), row.getString("owner")))
        .list();
  }

  /** Those of {@code ids} that there are, by id. */
  Map<UUID, Device> find(String tenant, Collection<UUID> ids, @Nullable String app) {
    var found = new LinkedHashMap<UUID, Device>();
    jdbc.sql(
            """
            select * from device
            where id = any(:ids::uuid[]) and tenant = :tenant
              and (:app::text is null or app = :app)
            """)
        .param("tenant", tenant)
        .param("ids", Parts.texts(ids))
        .param("app", app)
        .query(Devices::device)
        .list()
        .forEach(device -> found.put(device.id(), device));
    return found;
  }

  /** The devices that follow a topic, in the order of their ids, after the one that was last. */
  List<UUID> ofTopic(String tenant, String topic, @Nullable UUID last, int limit) {
    return jdbc.sql(
            """
            select device_id from device_topic
            where tenant = :tenant and topic = :topic
              and (:last::uuid is null or device_id > :last)
            order by device_id limit :limit
            """)
        .param("tenant", tenant)
        .param("topic", topic)
        .param("last", last)
        .param("limit", limit)
        .query((row, n) -> row.getObject("device_id", UUID.class))
        .list();
  }

  /**
   * Removes a device whose token is dead, unless it was registered again.
   *
   * @param since when the provider found it dead; null: when {@code device} was read
   * @return whether it was removed
   */
  boolean remove(Device device, @Nullable Instant since) {
    return jdbc.sql(
                """
                delete from device
                where id = :id and token = :token
                  and registered_at <= coalesce(:since::timestamptz, :read)
                """)
            .param("id", device.id())
            .param("token", device.token())
            .param("since", since == null ? null : since.atOffset(ZoneOffset.UTC))
            .param("read", device.registeredAt())
            .update()
        == 1;
  }

  private static Device device(ResultSet row, int index) throws SQLException {
    return new Device(
        row.getObject("id", UUID.class),
        row.getString("platform"),
        row.getString("provider"),
        row.getString("app"),
        row.getBoolean("sandbox"),
        row.getString("token"),
        row.getString("locale"),
        row.getString("time_zone"),
        row.getObject("registered_at", OffsetDateTime.class));
  }
}
