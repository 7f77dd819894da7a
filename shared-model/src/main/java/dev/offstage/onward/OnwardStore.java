package dev.offstage.onward;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Destinations of events and their guarded verbs. */
public final class OnwardStore {
  private final Db db;

  private OnwardStore(Db db) {
    this.db = db;
  }

  public static OnwardStore over(Db db) {
    return new OnwardStore(db);
  }

  /** Makes a destination, from now on: it gets what is written after this. */
  public UUID create(String tenant, String name, String cluster, EventFilter filter) {
    var id = UUID.randomUUID();
    db.jdbc()
        .sql(
            """
            insert into event_destination
              (id, tenant, name, cluster, apps, types, events, platforms, txid)
            values (:id, :tenant, :name, :cluster, :apps, :types, :events, :platforms,
              pg_snapshot_xmin(pg_current_snapshot()))
            """)
        .param("id", id)
        .param("tenant", tenant)
        .param("name", name)
        .param("cluster", cluster)
        .param("apps", filter.apps().toArray(String[]::new))
        .param("types", filter.types().toArray(String[]::new))
        .param("events", filter.events().toArray(String[]::new))
        .param("platforms", filter.platforms().toArray(String[]::new))
        .update();
    return id;
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
  public boolean pause(String tenant, UUID id, boolean paused) {
    return db.jdbc()
            .sql("update event_destination set paused = ? where tenant = ? and id = ?")
            .params(paused, tenant, id)
            .update()
        == 1;
  }

  public boolean remove(String tenant, UUID id) {
    return db.jdbc()
            .sql("delete from event_destination where tenant = ? and id = ?")
            .params(tenant, id)
            .update()
        == 1;
  }

  /** Lets it go on from another position. A delivery that is under way changes nothing any more. */
  public boolean seek(String tenant, UUID id, Position position) {
    return db.jdbc()
            .sql(
                """
                update event_destination
                set txid = :txid::xid8, at = :at::timestamptz, event = :event
                where tenant = :tenant and id = :id
                """)
            .param("tenant", tenant)
            .param("id", id)
            .param("txid", Long.toString(position.transaction()))
            .param("at", position.at().toString())
            .param("event", position.event())
            .update()
        == 1;
  }

  /** Destinations for which there is something to deliver. */
  public List<EventDestination> due(int limit) {
    return db.jdbc()
        .sql(
            """
            select d.* from event_destination d
            where not d.paused and exists (
              select from event e
              where e.tenant = d.tenant and e.txid >= d.txid
                and e.txid < pg_snapshot_xmin(pg_current_snapshot())
                and (e.txid, e.occurred_at, e.id) > (d.txid, d.at, d.event))
            order by d.id limit :limit
            """)
        .param("limit", limit)
        .query(OnwardStore::destination)
        .list();
  }

  /**
   * Events to be delivered, in order.
   *
   * @param end the position after them and after those that the filter left out
   */
  public record Batch(List<OnwardEvent> events, Position end) {}

  private record Read(OnwardEvent event, Position position) {}

  /**
   * What comes after a destination's position; empty if nothing does.
   *
   * @param limit how many events are looked at
   */
  public Optional<Batch> next(EventDestination destination, int limit) {
    var position = destination.position();
    var read =
        db.jdbc()
            .sql(
                """
                select e.id, e.app, e.type, e.name, e.platform, e.txid, e.occurred_at,
                  coalesce(e.user_id, e.anonymous_id) as person,
                  jsonb_strip_nulls(jsonb_build_object('id', e.id, 'type', e.type,
                    'event', case when e.type = 'track' then e.name end,
                    'name', case when e.type <> 'track' then e.name end, 'app', e.app,
                    'messageId', e.message_id, 'userId', e.user_id,
                    'anonymousId', e.anonymous_id, 'previousId', e.previous_id,
                    'groupId', e.group_id, 'timestamp', e.occurred_at,
                    'originalTimestamp', e.original_at, 'sentAt', e.sent_at,
                    'receivedAt', e.received_at))
                  || jsonb_build_object(
                    case when e.type in ('identify', 'group') then 'traits' else 'properties' end,
                    coalesce(e.properties, '{}'), 'context', coalesce(e.context, '{}')) as json
                from event e
                where e.tenant = :tenant and e.txid >= :txid::xid8
                  and e.txid < pg_snapshot_xmin(pg_current_snapshot())
                  and (e.txid, e.occurred_at, e.id) > (:txid::xid8, :at::timestamptz, :event)
                order by e.txid, e.occurred_at, e.id limit :limit
                """)
            .param("tenant", destination.tenant())
            .param("txid", Long.toString(position.transaction()))
            .param("at", position.at().toString())
            .param("event", position.event())
            .param("limit", limit)
            .query(OnwardStore::read)
            .list();
    if (read.isEmpty()) {
      return Optional.empty();
    }
    var events = read.stream().map(Read::event).filter(destination.filter()::lets).toList();
    return Optional.of(new Batch(events, read.getLast().position()));
  }

  /**
   * Moves a destination on; to be called within the transaction of the attempt that delivered.
   *
   * @return false if it has been moved, or is gone, meanwhile
   */
  public boolean advance(EventDestination from, Batch delivered) {
    return db.jdbc()
            .sql(
                """
                update event_destination
                set txid = :txid::xid8, at = :at::timestamptz, event = :event,
                  delivered = delivered + :events, delivered_at = now(), trouble = null
                where id = :id and txid = :oldTxid::xid8 and at = :oldAt::timestamptz
                  and event = :oldEvent
                """)
            .param("id", from.id())
            .param("txid", Long.toString(delivered.end().transaction()))
            .param("at", delivered.end().at().toString())
            .param("event", delivered.end().event())
            .param("events", delivered.events().size())
            .param("oldTxid", Long.toString(from.position().transaction()))
            .param("oldAt", from.position().at().toString())
            .param("oldEvent", from.position().event())
            .update()
        == 1;
  }

  /** Notes why a delivery failed. */
  public void failed(UUID id, String why) {
    db.jdbc()
        .sql("update event_destination set trouble = left(?, 500) where id = ?")
        .params(why, id)
        .update();
  }

  private static Read read(ResultSet row, int index) throws SQLException {
    var id = row.getObject("id", UUID.class);
    return new Read(
        new OnwardEvent(
            id,
            row.getString("app"),
            row.getString("type"),
            row.getString("name"),
            row.getString("platform"),
            row.getString("person"),
            row.getString("json")),
        new Position(
            Long.parseLong(row.getString("txid")),
            row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
            id));
  }

  private static EventDestination destination(ResultSet row, int index) throws SQLException {
    var filter =
        EventFilter.of(
            texts(row, "apps"), texts(row, "types"), texts(row, "events"), texts(row, "platforms"));
    return new EventDestination(
        row.getObject("id", UUID.class),
        row.getString("tenant"),
        row.getString("name"),
        row.getString("cluster"),
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

  private static java.time.@Nullable Instant time(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static String[] texts(ResultSet row, String column) throws SQLException {
    return (String[]) row.getArray(column).getArray();
  }
}
