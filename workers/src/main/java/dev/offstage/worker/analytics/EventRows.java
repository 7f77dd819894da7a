package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.RejectedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;

/** Copies events and rejects to their tables. */
final class EventRows {
  private static final String EVENTS =
      """
      copy event (id, tenant, app, write_key, type, name, message_id,
        user_id, anonymous_id, previous_id, group_id, device_id, session_id, app_version, platform,
        os_version, device_model, locale, country, ip,
        occurred_at, original_at, sent_at, received_at, clamped, properties, context, integrations)
      from stdin (format binary)\
      """;

  private static final int EVENT_COLUMNS = 28;

  private static final String REJECTS =
      """
      copy event_reject
        (id, tenant, app, write_key, received_at, reason, detail, type, name, message_id, event)
      from stdin (format binary)\
      """;

  private static final int REJECT_COLUMNS = 11;

  private final CopyBuffer buffer = new CopyBuffer();

  void copyEvents(Connection connection, List<Event> events) throws SQLException {
    if (!events.isEmpty()) {
      buffer.begin();
      events.forEach(this::add);
      copy(connection, EVENTS);
    }
  }

  void copyRejects(Connection connection, List<RejectedEvent> rejects) throws SQLException {
    if (!rejects.isEmpty()) {
      buffer.begin();
      rejects.forEach(this::add);
      copy(connection, REJECTS);
    }
  }

  private void copy(Connection connection, String sql) throws SQLException {
    buffer.send(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql));
  }

  private void add(Event event) {
    buffer.row(EVENT_COLUMNS);
    buffer.id(event.id());
    buffer.text(event.source().tenant());
    buffer.text(event.source().app());
    buffer.id(event.source().writeKey());
    buffer.text(event.type().text());
    buffer.text(event.name());
    buffer.text(event.messageId());
    buffer.text(event.who().userId());
    buffer.text(event.who().anonymousId());
    buffer.text(event.who().previousId());
    buffer.text(event.who().groupId());
    var where = event.where();
    buffer.text(where.deviceId());
    buffer.text(where.sessionId());
    buffer.text(where.appVersion());
    buffer.text(where.platform());
    buffer.text(where.osVersion());
    buffer.text(where.deviceModel());
    buffer.text(where.locale());
    buffer.text(where.country());
    buffer.address(where.ip());
    var times = event.times();
    buffer.time(times.occurredAt());
    buffer.time(times.originalAt());
    buffer.time(times.sentAt());
    buffer.time(times.receivedAt());
    buffer.flag(times.clamped());
    buffer.json(event.properties());
    buffer.json(event.context());
    buffer.json(event.integrations());
  }

  private void add(RejectedEvent reject) {
    buffer.row(REJECT_COLUMNS);
    buffer.id(reject.id());
    buffer.text(reject.source().tenant());
    buffer.text(reject.source().app());
    buffer.id(reject.source().writeKey());
    buffer.time(reject.receivedAt());
    buffer.text(reject.reason());
    buffer.text(reject.detail());
    buffer.text(reject.type());
    buffer.text(reject.name());
    buffer.text(reject.messageId());
    buffer.json(reject.event());
  }
}
