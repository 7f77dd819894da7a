package dev.offstage.ingest.device;

import dev.offstage.store.Db;
import dev.offstage.store.JobIds;
import dev.offstage.store.Transience;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The registered devices. Where {@code owner} is null, a server asks for the whole tenant. */
@Repository
class DeviceStore {
  /** Two phones may take over each other's token at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String SELECT =
      """
      select d.*, array(
          select t.topic from device_topic t where t.device_id = d.id order by t.topic) as topics
      from device d
      where d.tenant = :tenant and (:owner::text is null or d.owner = :owner)
      """;

  private final Db db;
  private final JdbcClient jdbc;
  private final JobIds ids;

  DeviceStore(Db db, JobIds ids) {
    this.db = db;
    this.jdbc = db.jdbc();
    this.ids = ids;
  }

  /**
   * What has changed of a device; null where nothing has.
   *
   * @param topics all that it follows
   */
  record Change(
      @Nullable String token,
      @Nullable String appVersion,
      @Nullable String locale,
      @Nullable String timeZone,
      @Nullable List<String> topics) {}

  /**
   * A device that was registered.
   *
   * @param fresh whether it was not there before
   */
  record Registered(Device device, boolean fresh) {}

  /**
   * Registers a device, or again: then what it says now counts. A token that another user had is
   * this one's from here on, and follows none of the other's topics.
   *
   * @param perUser how many devices the user keeps; those go that were registered longest ago
   */
  Registered register(String tenant, Registration wanted, int perUser) {
    return inTransaction(
        () -> {
          jdbc.sql(
                  """
                  delete from device
                  where tenant = :tenant and provider = :provider and app = :app
                    and token = :token and owner <> :owner
                  """)
              .param("tenant", tenant)
              .param("provider", wanted.provider().text())
              .param("app", wanted.app())
              .param("token", wanted.token())
              .param("owner", wanted.owner())
              .update();
          var row = upsert(tenant, wanted);
          follow(tenant, row.id(), wanted.topics());
          if (row.fresh()) {
            dropOldest(tenant, wanted.owner(), perUser);
          }
          return new Registered(find(row.id(), tenant, null).orElseThrow(), row.fresh());
        });
  }

  private record Upserted(UUID id, boolean fresh) {}

  private Upserted upsert(String tenant, Registration wanted) {
    return jdbc.sql(
            """
            insert into device as d (id, tenant, owner, platform, provider, app, sandbox, token,
                app_version, locale, time_zone)
            values (:id, :tenant, :owner, :platform, :provider, :app, :sandbox, :token,
                :appVersion, :locale, :timeZone)
            on conflict (tenant, provider, app, token) do update
            set owner = excluded.owner, platform = excluded.platform, sandbox = excluded.sandbox,
                app_version = coalesce(excluded.app_version, d.app_version),
                locale = coalesce(excluded.locale, d.locale),
                time_zone = coalesce(excluded.time_zone, d.time_zone),
                registered_at = now()
            returning id, id = :id as fresh
            """)
        .param("id", ids.next().value())
        .param("tenant", tenant)
        .param("owner", wanted.owner())
        .param("platform", wanted.platform().name().toLowerCase(java.util.Locale.ROOT))
        .param("provider", wanted.provider().text())
        .param("app", wanted.app())
        .param("sandbox", wanted.sandbox())
        .param("token", wanted.token())
        .param("appVersion", wanted.appVersion())
        .param("locale", wanted.locale())
        .param("timeZone", wanted.timeZone())
        .query((row, n) -> new Upserted(row.getObject("id", UUID.class), row.getBoolean("fresh")))
        .single();
  }

  private void follow(String tenant, UUID device, @Nullable List<String> topics) {
    if (topics == null) {
      return;
    }
    var all = topics.toArray(String[]::new);
    jdbc.sql("delete from device_topic where device_id = :id and topic <> all(:topics)")
        .param("id", device)
        .param("topics", all)
        .update();
    jdbc.sql(
            """
            insert into device_topic (tenant, topic, device_id)
            select :tenant, t, :id from unnest(:topics::text[]) as t
            on conflict do nothing
            """)
        .param("tenant", tenant)
        .param("id", device)
        .param("topics", all)
        .update();
  }

  private void dropOldest(String tenant, String owner, int perUser) {
    jdbc.sql(
            """
            delete from device where id in (
              select id from device where tenant = :tenant and owner = :owner
              order by registered_at desc, id desc offset :most)
            """)
        .param("tenant", tenant)
        .param("owner", owner)
        .param("most", perUser)
        .update();
  }

  /**
   * Changes a device, which counts as registering it. Whatever else had its new token is gone.
   *
   * @return the device as it is now; empty if the caller has no such one
   */
  Optional<Device> change(UUID id, String tenant, @Nullable String owner, Change change) {
    return inTransaction(
        () -> {
          if (find(id, tenant, owner).isEmpty()) {
            return Optional.empty();
          }
          jdbc.sql(
                  """
                  delete from device other using device d
                  where d.id = :id and other.tenant = d.tenant and other.provider = d.provider
                    and other.app = d.app and other.token = :token and other.id <> d.id
                  """)
              .param("id", id)
              .param("token", change.token())
              .update();
          jdbc.sql(
                  """
                  update device
                  set token = coalesce(:token, token),
                      app_version = coalesce(:appVersion, app_version),
                      locale = coalesce(:locale, locale),
                      time_zone = coalesce(:timeZone, time_zone), registered_at = now()
                  where id = :id and tenant = :tenant
                    and (:owner::text is null or owner = :owner)
                  """)
              .param("id", id)
              .param("tenant", tenant)
              .param("owner", owner)
              .param("token", change.token())
              .param("appVersion", change.appVersion())
              .param("locale", change.locale())
              .param("timeZone", change.timeZone())
              .update();
          var changed = find(id, tenant, owner);
          changed.ifPresent(device -> follow(tenant, id, change.topics()));
          return changed.flatMap(device -> find(id, tenant, owner));
        });
  }

  Optional<Device> find(UUID id, String tenant, @Nullable String owner) {
    return jdbc.sql(SELECT + " and d.id = :id")
        .param("tenant", tenant)
        .param("owner", owner)
        .param("id", id)
        .query(DeviceStore::device)
        .optional();
  }

  /** The newest first. */
  List<Device> list(String tenant, @Nullable String owner, @Nullable UUID before, int limit) {
    return jdbc.sql(
            SELECT + " and (:before::uuid is null or d.id < :before) order by d.id desc limit :n")
        .param("tenant", tenant)
        .param("owner", owner)
        .param("before", before)
        .param("n", limit)
        .query(DeviceStore::device)
        .list();
  }

  /** Returns whether the caller had such a device. */
  boolean unregister(UUID id, String tenant, @Nullable String owner) {
    return jdbc.sql(
                """
                delete from device
                where id = :id and tenant = :tenant and (:owner::text is null or owner = :owner)
                """)
            .param("id", id)
            .param("tenant", tenant)
            .param("owner", owner)
            .update()
        == 1;
  }

  /** What became of a wish to follow a topic. */
  enum Followed {
    YES,
    TOO_MANY,
    NO_SUCH_DEVICE
  }

  Followed subscribe(UUID id, String tenant, @Nullable String owner, String topic, int most) {
    return inTransaction(
        () -> {
          // Locked, so that two at once cannot both find room.
          var known =
              jdbc.sql(
                      """
                      select id from device
                      where id = :id and tenant = :tenant
                        and (:owner::text is null or owner = :owner)
                      for no key update
                      """)
                  .param("id", id)
                  .param("tenant", tenant)
                  .param("owner", owner)
                  .query((row, n) -> true)
                  .optional();
          if (known.isEmpty()) {
            return Followed.NO_SUCH_DEVICE;
          }
          jdbc.sql(
                  """
                  insert into device_topic (tenant, topic, device_id)
                  select :tenant, :topic, :id
                  where (select count(*) from device_topic where device_id = :id) < :most
                  on conflict do nothing
                  """)
              .param("id", id)
              .param("tenant", tenant)
              .param("topic", topic)
              .param("most", most)
              .update();
          return follows(id, topic) ? Followed.YES : Followed.TOO_MANY;
        });
  }

  private boolean follows(UUID id, String topic) {
    return jdbc.sql("select 1 from device_topic where device_id = :id and topic = :topic")
        .param("id", id)
        .param("topic", topic)
        .query((row, n) -> true)
        .optional()
        .isPresent();
  }

  /** Returns whether the caller has such a device; it follows the topic no more. */
  boolean unsubscribe(UUID id, String tenant, @Nullable String owner, String topic) {
    if (find(id, tenant, owner).isEmpty()) {
      return false;
    }
    jdbc.sql("delete from device_topic where device_id = :id and topic = :topic")
        .param("id", id)
        .param("topic", topic)
        .update();
    return true;
  }

  private <T> T inTransaction(java.util.function.Supplier<T> work) {
    return Transience.patiently(
        PATIENCE, () -> Objects.requireNonNull(db.transactions().execute(status -> work.get())));
  }

  private static Device device(ResultSet row, int index) throws SQLException {
    return new Device(
        row.getObject("id", UUID.class),
        row.getString("owner"),
        row.getString("platform"),
        row.getString("provider"),
        row.getString("app"),
        row.getBoolean("sandbox"),
        row.getString("app_version"),
        row.getString("locale"),
        row.getString("time_zone"),
        List.of((String[]) row.getArray("topics").getArray()),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("registered_at", OffsetDateTime.class).toInstant());
  }
}
