package dev.offstage.ingest.track.read;

import dev.offstage.event.Event;
import dev.offstage.event.Event.Who;
import dev.offstage.event.EventBatch;
import dev.offstage.event.EventSource;
import dev.offstage.event.EventTimes;
import dev.offstage.event.EventType;
import dev.offstage.event.JsonBytes;
import dev.offstage.event.RejectedEvent;
import dev.offstage.ingest.auth.WriteKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes events of what was read, and says what is wrong with those that are none. */
public final class EventMaker {
  private static final int MAX_MESSAGE_ID = 99;
  private static final int MAX_ID = 255;
  private static final int MAX_SHOWN = 60;

  private final WriteKey key;
  private final Instant receivedAt;
  private final Duration oldest;
  private final @Nullable String remoteAddress;
  private final DenyRules deny;
  private final Contexts contexts;

  /**
   * @param oldest how long ago an event may have happened
   * @param remoteAddress of whoever sent, for events that do not say where they come from
   */
  public EventMaker(
      WriteKey key, Instant receivedAt, Duration oldest, @Nullable String remoteAddress) {
    this.key = key;
    this.receivedAt = receivedAt;
    this.oldest = oldest;
    this.remoteAddress = remoteAddress;
    this.deny = DenyRules.of(key.deny());
    this.contexts = new Contexts(deny);
  }

  /**
   * @throws UnreadableException if its events come to more than may be
   */
  public EventBatch make(Document document) {
    var events = new ArrayList<Event>(document.drafts.size());
    var rejects = new ArrayList<RejectedEvent>();
    for (var draft : document.drafts) {
      var flaw = Optional.ofNullable(draft.flaw).or(() -> flaw(draft)).orElse(null);
      var times = flaw == null ? times(draft, document.sentAt) : null;
      if (times == null) {
        rejects.add(reject(draft, flaw == null ? BAD_TIME : flaw));
      } else {
        events.add(event(draft, document, times));
      }
    }
    return new EventBatch(events, rejects);
  }

  private static final Flaw BAD_TIME =
      new Flaw("bad-time", "timestamp or sentAt: not a time (expected: ISO 8601)");

  private static Optional<Flaw> flaw(Draft draft) {
    if (draft.type == null) {
      return flaw("no-type", "type: missing (expected: track, identify, screen, ...)");
    }
    var type = EventType.of(draft.type);
    if (type.isEmpty()) {
      return flaw(
          "unknown-type", "type: " + shown(draft.type) + " (expected: track, identify, ...)");
    }
    if (type.get() == EventType.TRACK && draft.event == null) {
      return flaw("no-event", "event: missing (expected: the name of what was tracked)");
    }
    if (draft.userId == null && draft.anonymousId == null) {
      return flaw("no-user", "userId, anonymousId: both missing (expected: one of them)");
    }
    if (draft.messageId != null && draft.messageId.length() > MAX_MESSAGE_ID) {
      return flaw("too-long", "messageId: %d characters (expected: under 100)", draft.messageId);
    }
    return tooLong("userId", draft.userId)
        .or(() -> tooLong("anonymousId", draft.anonymousId))
        .or(() -> tooLong("previousId", draft.previousId))
        .or(() -> tooLong("groupId", draft.groupId))
        .or(() -> tooLong("event", draft.event))
        .or(() -> tooLong("name", draft.name));
  }

  private static Optional<Flaw> tooLong(String name, @Nullable String value) {
    return value == null || value.length() <= MAX_ID
        ? Optional.empty()
        : flaw("too-long", name + ": %d characters (expected: at most " + MAX_ID + ")", value);
  }

  private static Optional<Flaw> flaw(String reason, String detail, String value) {
    return flaw(reason, detail.formatted(value.length()));
  }

  private static Optional<Flaw> flaw(String reason, String detail) {
    return Optional.of(new Flaw(reason, detail));
  }

  private static String shown(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }

  /** Null if a time is none. */
  private @Nullable EventTimes times(Draft draft, @Nullable String batchSentAt) {
    var original = draft.originalTimestamp == null ? draft.timestamp : draft.originalTimestamp;
    var sent = draft.sentAt == null ? batchSentAt : draft.sentAt;
    var originalAt = original == null ? null : Timestamps.parse(original).orElse(null);
    var sentAt = sent == null ? null : Timestamps.parse(sent).orElse(null);
    return (original != null && originalAt == null) || (sent != null && sentAt == null)
        ? null
        : EventTimes.of(originalAt, sentAt, receivedAt, oldest);
  }

  private Event event(Draft draft, Document document, EventTimes times) {
    var type = EventType.of(String.valueOf(draft.type)).orElseThrow();
    var messageId = draft.messageId == null ? UUID.randomUUID().toString() : draft.messageId;
    var properties =
        type == EventType.IDENTIFY || type == EventType.GROUP ? draft.traits : draft.properties;
    var path = properties == draft.traits ? "traits." : "properties.";
    var picks = draft.picks;
    var context = stored(draft.context, "context.", draft.picks.ip() != null);
    if (document.context != null) {
      boolean hasIp = document.picks.ip() != null;
      context = contexts.merge(contexts.stored(document.context, "context.", hasIp), context);
      picks = picksOf(context);
    }
    return new Event(
        source(),
        source().idOf(messageId),
        type,
        type == EventType.TRACK ? draft.event : draft.name,
        messageId,
        new Who(draft.userId, draft.anonymousId, draft.previousId, draft.groupId),
        picks.where(key.platform(), address(draft, document)),
        times,
        stored(properties, path, false),
        context,
        integrations(draft, document));
  }

  private @Nullable JsonBytes integrations(Draft draft, Document document) {
    var own = stored(draft.integrations, "integrations.", false);
    return document.integrations == null
        ? own
        : contexts.merge(contexts.stored(document.integrations, "integrations.", false), own);
  }

  private @Nullable JsonBytes stored(JsonWalk.@Nullable Seen seen, String path, boolean always) {
    return seen == null ? null : contexts.stored(seen, path, always);
  }

  private static Picks picksOf(JsonBytes context) {
    var picks = new Picks();
    try (var in = Json.parser(context)) {
      in.nextToken();
      JsonWalk.over(in, context.bytes(), "context", picks);
    }
    return picks;
  }

  private @Nullable String address(Draft draft, Document document) {
    var said = draft.picks.ip() == null ? document.picks.ip() : draft.picks.ip();
    var ip = said == null ? remoteAddress : said;
    return switch (key.ip()) {
      case DROP -> null;
      case TRUNCATE -> Addresses.truncated(ip);
      case KEEP -> Addresses.whole(ip);
    };
  }

  private RejectedEvent reject(Draft draft, Flaw flaw) {
    var messageId = draft.messageId;
    boolean told = messageId != null && messageId.length() <= MAX_MESSAGE_ID;
    return new RejectedEvent(
        source(),
        told ? source().rejectOf(String.valueOf(messageId)) : UUID.randomUUID(),
        receivedAt,
        flaw.reason(),
        flaw.detail(),
        draft.type == null ? null : shown(draft.type),
        draft.event == null ? null : shown(draft.event),
        told ? messageId : null,
        draft.whole == null ? null : JsonCopy.of(draft.whole, "", deny));
  }

  private EventSource source() {
    return key.source();
  }
}
