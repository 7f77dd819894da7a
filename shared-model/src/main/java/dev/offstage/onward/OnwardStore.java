package dev.offstage.onward;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Destinations of events: what tenants do to them, and who of them is to be served. */
public final class OnwardStore {
  /** The oldest transaction under way: all before it have ended. */
  static final String NOW = "pg_snapshot_xmin(pg_current_snapshot())";

  private final Db db;

  private OnwardStore(Db db) {
    this.db = db;
  }

  public static OnwardStore over(Db db) {
    return new OnwardStore(db);
  }

  /** What is sealed of a webhook. */
  record Sealed(@Nullable String headers, String secret) {}

  /**
   * Makes a destination that is a Kafka, from now on: it gets what is written after this.
   *
   * @return empty if the tenant has {@code most} of them
   */
  public Optional<EventDestination> create(
      String tenant, String name, EventDestination.Kafka way, EventFilter filter, int most) {
    return insert(UUID.randomUUID(), tenant, name, way, null, filter, most);
  }

  Optional<EventDestination> insert(
      UUID id,
      String tenant,
      String name,
      EventDestination.Way way,
      @Nullable Sealed sealed,
      EventFilter filter,
      int most) {
    return marked(
        tenant,
        () ->
            db.jdbc()
                .sql(
                    """
                    insert into event_destination
                      (id, tenant, name, cluster, url, header_names, headers, secret,
                       apps, types, events, platforms, txid)
                    select :id, :tenant, :name, :cluster, :url, :headerNames, :headers, :secret,
                      :apps, :types, :events, :platforms, %s
                    where (select count(*) from event_destination where tenant = :tenant) < :most
                    returning *
                    """
                        .formatted(NOW))
                .param("id", id)
                .param("tenant", tenant)
                .param("name", name)
                .params(columns(way, sealed))
                .params(columns(filter))
                .param("most", most)
                .query(OnwardStore::destination)
                .optional());
  }

  private static Map<String, @Nullable Object> columns(
      EventDestination.Way way, @Nullable Sealed sealed) {
    var columns = new HashMap<String, @Nullable Object>();
    columns.put("cluster", way instanceof EventDestination.Kafka kafka ? kafka.cluster() : null);
    var webhook = way instanceof EventDestination.Webhook given ? given : null;
    columns.put("url", webhook == null ? null : webhook.url());
    columns.put(
        "headerNames",
        webhook == null ? new String[0] : webhook.headerNames().toArray(String[]::new));
    columns.put("headers", sealed == null ? null : sealed.headers());
    columns.put("secret", sealed == null ? null : sealed.secret());
    return columns;
  }

  private static Map<String, Object> columns(EventFilter filter) {
    return Map.of(
        "apps", filter.apps().toArray(String[]::new),
        "types", filter.types().toArray(String[]::new),
        "events", filter.events().toArray(String[]::new),
        "platforms", filter.platforms().toArray(String[]::new));
  }

  public List<EventDestination> all(String tenant) {
    return db.jdbc()
        .sql("select * from event_destination where tenant = ? order by created_at, id limit 1000")
        .param(tenant)
        .query(OnwardStore::destination)
        .list();
  }

  public Optional<EventDestination> find(String tenant, UUID id) {
    return db.jdbc()
        .sql("select * from event_destination where tenant = ? and id = ?")
        .params(tenant, id)
        .query(OnwardStore::destination)
        .optional();
  }

  /** Returns whether there is one. */
  public boolean pause(String tenant, UUID id) {
    return db.jdbc()
            .sql("update event_destination set paused = true where tenant = ? and id = ?")
            .params(tenant, id)
            .update()
        == 1;
  }

  /** Lets it go on. Failures are counted anew. Returns whether there is one. */
  public boolean resume(String tenant, UUID id) {
    return marked(
        tenant,
        () ->
            db.jdbc()
                    .sql(
                        """
                        update event_destination set paused = false, trouble = null,
                          failing_since = null
                        where tenant = ? and id = ?
                        """)
                    .params(tenant, id)
                    .update()
                == 1);
  }

  public boolean remove(String tenant, UUID id) {
    return db.jdbc()
            .sql("delete from event_destination where tenant = ? and id = ?")
            .params(tenant, id)
            .update()
        == 1;
  }

  /**
   * Lets it go on from another position. A delivery that is under way changes nothing any more.
   *
   * @param position null for now: what it has not got yet it never gets
   */
  public boolean seek(String tenant, UUID id, @Nullable Position position) {
    var to = position == null ? Position.BEGINNING : position;
    return marked(
        tenant,
        () ->
            db.jdbc()
                    .sql(
                        """
                        update event_destination
                        set txid = case when :now then %s else :txid::xid8 end,
                          at = :at::timestamptz, event = :event
                        where tenant = :tenant and id = :id
                        """
                            .formatted(NOW))
                    .param("now", position == null)
                    .param("tenant", tenant)
                    .param("id", id)
                    .param("txid", Long.toString(to.transaction()))
                    .param("at", to.at().toString())
                    .param("event", to.event())
                    .update()
                == 1);
  }

  /** Does it and leaves a mark, so that the destination is looked at even if nothing is written. */
  private <T> T marked(String tenant, Supplier<T> work) {
    return Objects.requireNonNull(
        db.transactions()
            .execute(
                status -> {
                  OnwardMarks.over(db.jdbc()).leave(List.of(tenant));
                  return work.get();
                }));
  }

  /** Destinations for which there may be something to deliver. */
  public List<EventDestination> due(int limit) {
    return db.jdbc()
        .sql(
            """
            select d.* from event_destination d
            where not d.paused and exists (
              select from event_onward_mark m
              where m.tenant = d.tenant and m.txid >= d.txid and m.txid < %s)
            order by d.id limit :limit
            """
                .formatted(NOW))
        .param("limit", limit)
        .query(OnwardStore::destination)
        .list();
  }

  static EventDestination destination(ResultSet row, int index) throws SQLException {
    var filter =
        EventFilter.of(
            texts(row, "apps"), texts(row, "types"), texts(row, "events"), texts(row, "platforms"));
    return new EventDestination(
        row.getObject("id", UUID.class),
        row.getString("tenant"),
        row.getString("name"),
        way(row),
        filter,
        row.getBoolean("paused"),
        new Position(
            Long.parseLong(row.getString("txid")),
            row.getObject("at", OffsetDateTime.class).toInstant(),
            row.getObject("event", UUID.class)),
        row.getLong("delivered"),
        row.getString("trouble"),
        time(row.getObject("delivered_at", OffsetDateTime.class)));
  }

  private static EventDestination.Way way(ResultSet row) throws SQLException {
    var cluster = row.getString("cluster");
    if (cluster != null) {
      return new EventDestination.Kafka(cluster);
    }
    return new EventDestination.Webhook(
        row.getString("url"),
        List.of(texts(row, "header_names")),
        time(row.getObject("old_secret_until", OffsetDateTime.class)));
  }

  private static @Nullable Instant time(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static String[] texts(ResultSet row, String column) throws SQLException {
    return (String[]) row.getArray(column).getArray();
  }
}
