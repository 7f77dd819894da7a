package dev.offstage.event;

import dev.offstage.event.Event.Where;
import dev.offstage.event.Event.Who;
import java.time.Instant;
import java.util.ArrayList;

/**
 * The message of an {@link EventBatch}: a version, the source and the time of receipt, then the
 * events and the rejects. Binary, since what ingest has read and checked need not be parsed again:
 * the JSON in it goes to PostgreSQL as it is.
 */
public final class EventWire {
  /** As much as a message may have; so a consumer that prefetches a few knows what to expect. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int VERSION = 1;
  private static final int PER_EVENT = 400;

  private EventWire() {}

  /**
   * @param batch with at least one event or reject, all of one source and received at once
   */
  public static byte[] encode(EventBatch batch) {
    var out = new WireWriter(PER_EVENT * (batch.events().size() + batch.rejects().size()));
    var source =
        batch.events().isEmpty()
            ? batch.rejects().getFirst().source()
            : batch.events().getFirst().source();
    var receivedAt =
        batch.events().isEmpty()
            ? batch.rejects().getFirst().receivedAt()
            : batch.events().getFirst().times().receivedAt();
    out.number(VERSION);
    out.text(source.tenant());
    out.text(source.app());
    out.id(source.writeKey());
    out.time(receivedAt);
    out.number(batch.events().size());
    batch.events().forEach(event -> event(event, out));
    out.number(batch.rejects().size());
    batch.rejects().forEach(reject -> reject(reject, out));
    return out.toBytes();
  }

  private static void event(Event event, WireWriter out) {
    out.id(event.id());
    out.number(event.type().ordinal());
    out.text(event.name());
    out.text(event.messageId());
    var who = event.who();
    out.text(who.userId());
    out.text(who.anonymousId());
    out.text(who.previousId());
    out.text(who.groupId());
    where(event.where(), out);
    out.time(event.times().occurredAt());
    out.optionalTime(event.times().originalAt());
    out.optionalTime(event.times().sentAt());
    out.flag(event.times().clamped());
    out.json(event.properties());
    out.json(event.context());
    out.json(event.integrations());
  }

  private static void where(Where where, WireWriter out) {
    out.text(where.deviceId());
    out.text(where.sessionId());
    out.text(where.appVersion());
    out.text(where.platform());
    out.text(where.osVersion());
    out.text(where.deviceModel());
    out.text(where.locale());
    out.text(where.country());
    out.text(where.ip());
    out.flag(where.pushOptIn());
  }

  private static void reject(RejectedEvent reject, WireWriter out) {
    out.id(reject.id());
    out.text(reject.reason());
    out.text(reject.detail());
    out.text(reject.type());
    out.text(reject.name());
    out.text(reject.messageId());
    out.json(reject.event());
  }

  /**
   * @throws IllegalArgumentException if it is none of ours, saying what was wrong
   */
  public static EventBatch decode(byte[] message) {
    if (message.length > MAX_BYTES) {
      throw new IllegalArgumentException("a message of " + message.length + " bytes");
    }
    var in = new WireReader(message);
    int version = in.number();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "version " + version + " of a batch of events (expected: " + VERSION + ")");
    }
    var source = new EventSource(in.required(), in.required(), in.id());
    var receivedAt = in.time();
    int count = in.count();
    var events = new ArrayList<Event>(count);
    for (int i = 0; i < count; i++) {
      events.add(event(in, source, receivedAt));
    }
    int rejected = in.count();
    var rejects = new ArrayList<RejectedEvent>(rejected);
    for (int i = 0; i < rejected; i++) {
      rejects.add(
          new RejectedEvent(
              source,
              in.id(),
              receivedAt,
              in.required(),
              in.required(),
              in.text(),
              in.text(),
              in.text(),
              in.json()));
    }
    in.end();
    return new EventBatch(events, rejects);
  }

  private static Event event(WireReader in, EventSource source, Instant receivedAt) {
    return new Event(
        source,
        in.id(),
        type(in.number()),
        in.text(),
        in.required(),
        new Who(in.text(), in.text(), in.text(), in.text()),
        where(in),
        new EventTimes(
            in.time(),
            in.optionalTime(),
            in.optionalTime(),
            receivedAt,
            Boolean.TRUE.equals(in.flag())),
        in.json(),
        in.json(),
        in.json());
  }

  private static Where where(WireReader in) {
    return new Where(
        in.text(), in.text(), in.text(), in.text(), in.text(), in.text(), in.text(), in.text(),
        in.text(), in.flag());
  }

  private static EventType type(int ordinal) {
    if (ordinal < 0 || ordinal >= EventType.values().length) {
      throw new IllegalArgumentException("an event of type " + ordinal);
    }
    return EventType.values()[ordinal];
  }
}
