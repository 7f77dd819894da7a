package dev.offstage.onward;

import dev.offstage.store.Db;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a destination has not got yet, and how its deliveries go. */
public final class OnwardQueue {
  private final Db db;

  private OnwardQueue(Db db) {
    this.db = db;
  }

  public static OnwardQueue over(Db db) {
    return new OnwardQueue(db);
  }

  /**
   * Events to be delivered, in order.
   *
   * @param end the position after them and after those that the filter left out
   * @param last whether there was nothing more
   */
  public record Batch(List<OnwardEvent> events, Position end, boolean last) {}

  private record Read(OnwardEvent event, Position position) {}

  /**
   * What comes after a destination's position.
   *
   * @param most how many events are looked at
   * @param bytes how many bytes of JSON are enough
   */
  public Batch next(EventDestination destination, int most, long bytes) {
    // Asked before the events are read: all transactions before it are among them.
    long ended = ended();
    var read = read(destination, ended, most);
    var events = new ArrayList<OnwardEvent>();
    long sum = 0;
    var end = destination.position();
    for (var each : read) {
      if (destination.filter().lets(each.event())) {
        sum += each.event().json().getBytes(StandardCharsets.UTF_8).length;
        if (sum > bytes && !events.isEmpty()) {
          return new Batch(events, end, false);
        }
        events.add(each.event());
      }
      end = each.position();
    }
    return read.size() < most
        ? new Batch(events, Position.before(ended), true)
        : new Batch(events, read.getLast().position(), false);
  }

  /** Transactions before this one have all ended. */
  private long ended() {
    return Long.parseLong(
        db.jdbc().sql("select %s".formatted(OnwardStore.NOW)).query(String.class).single());
  }

  private List<Read> read(EventDestination destination, long ended, int most) {
    var position = destination.position();
    return db.jdbc()
        .sql(
            """
            select e.id, e.app, e.type, e.name, e.platform, e.txid, e.occurred_at, e.received_at,
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
            where e.tenant = :tenant and e.txid >= :txid::xid8 and e.txid < :ended::xid8
              and (e.txid, e.occurred_at, e.id) > (:txid::xid8, :at::timestamptz, :event)
            order by e.txid, e.occurred_at, e.id limit :most
            """)
        .param("tenant", destination.tenant())
        .param("txid", Long.toString(position.transaction()))
        .param("ended", Long.toString(ended))
        .param("at", position.at().toString())
        .param("event", position.event())
        .param("most", most)
        .query(OnwardQueue::read)
        .list();
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
            row.getObject("received_at", OffsetDateTime.class).toInstant(),
            row.getString("json")),
        new Position(
            Long.parseLong(row.getString("txid")),
            row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
            id));
  }

  /** A destination that deliveries may go to; empty if it is paused or gone. */
  public Optional<EventDestination> open(String tenant, UUID id) {
    return OnwardStore.over(db).find(tenant, id).filter(destination -> !destination.paused());
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
                  delivered = delivered + :events, trouble = null, failing_since = null,
                  delivered_at = case when :events > 0 then now() else delivered_at end
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
        .sql(
            """
            update event_destination set trouble = left(?, 500),
              failing_since = coalesce(failing_since, now())
            where id = ?
            """)
        .params(why, id)
        .update();
  }

  /**
   * Pauses a destination that has done nothing but fail for so long. Returns whether this call did.
   */
  public boolean giveUp(UUID id, Duration patience) {
    return db.jdbc()
            .sql(
                """
                update event_destination
                set paused = true, trouble = left('paused after nothing but failures: ' || trouble, 500)
                where id = :id and not paused
                  and failing_since <= now() - :patienceMs * interval '1 ms'
                """)
            .param("id", id)
            .param("patienceMs", patience.toMillis())
            .update()
        == 1;
  }
}
