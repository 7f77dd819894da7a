package dev.offstage.ingest.track.read;

import dev.offstage.event.JsonBytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one event's members. Those that the protocol does not know are passed over. */
final class DraftReader {
  /** Segment's 32 KB. */
  static final int MAX_BYTES = 32 * 1024;

  private final JsonParser in;
  private final byte[] body;

  DraftReader(JsonParser in, byte[] body) {
    this.in = in;
    this.body = body;
  }

  /** The member {@code writeKey} of an event that is a request of its own. */
  @Nullable String writeKey;

  /** Reads the value at which the parser stands, to its end. */
  Draft read() {
    var draft = new Draft();
    if (in.currentToken() != JsonToken.START_OBJECT) {
      in.skipChildren();
      draft.wrong(new Flaw("not-an-object", "The event is not an object."));
      return draft;
    }
    int from = (int) in.currentTokenLocation().getByteOffset();
    boolean storable = true;
    for (var token = in.nextToken(); token != JsonToken.END_OBJECT; token = in.nextToken()) {
      if (token == null) {
        throw new UnreadableException("The JSON ends before it is whole.");
      }
      var name = in.currentName();
      in.nextToken();
      storable &= member(draft, name);
    }
    int length = (int) in.currentLocation().getByteOffset() - from;
    if (length > MAX_BYTES) {
      storable = false;
      draft.flaw =
          new Flaw(
              "too-large",
              "The event has %d bytes (expected: at most %d)".formatted(length, MAX_BYTES));
    }
    if (storable) {
      draft.whole = JsonBytes.of(body, from, length);
    }
    return draft;
  }

  /** Reads one member; whether it can be stored. */
  private boolean member(Draft draft, String name) {
    switch (name) {
      case "type" -> draft.type = text(draft, name);
      case "event" -> draft.event = text(draft, name);
      case "name" -> draft.name = text(draft, name);
      case "messageId" -> draft.messageId = text(draft, name);
      case "userId" -> draft.userId = text(draft, name);
      case "anonymousId" -> draft.anonymousId = text(draft, name);
      case "previousId" -> draft.previousId = text(draft, name);
      case "groupId" -> draft.groupId = text(draft, name);
      case "timestamp" -> draft.timestamp = text(draft, name);
      case "originalTimestamp" -> draft.originalTimestamp = text(draft, name);
      case "sentAt" -> draft.sentAt = text(draft, name);
      case "writeKey" -> writeKey = text(draft, name);
      case "context" -> draft.context = object(draft, name, draft.picks);
      case "properties" -> draft.properties = object(draft, name, null);
      case "traits" -> draft.traits = object(draft, name, null);
      case "integrations" -> draft.integrations = object(draft, name, null);
      default -> {
        return !in.currentToken().isStructStart() && isPlain()
            || in.currentToken().isStructStart()
                && JsonWalk.over(in, body, name, null).flaw() == null;
      }
    }
    return draft.flaw == null || !isUnstorable(draft.flaw);
  }

  private boolean isPlain() {
    return in.currentToken() != JsonToken.VALUE_NUMBER_FLOAT || Json.isStorable(in.getString());
  }

  private static boolean isUnstorable(Flaw flaw) {
    return flaw.reason().equals("too-deep") || flaw.reason().equals("number-out-of-range");
  }

  /** A string, or a number for one; empty is as good as missing. */
  private @Nullable String text(Draft draft, String name) {
    var token = in.currentToken();
    if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
      var text = in.getString();
      if (token.isNumeric() && !Json.isStorable(text)) {
        draft.wrong(new Flaw("number-out-of-range", name + ": a number that cannot be stored"));
      }
      return text.isBlank() ? null : Json.clean(text);
    }
    if (token != JsonToken.VALUE_NULL) {
      boolean good = !token.isStructStart() || JsonWalk.over(in, body, name, null).flaw() == null;
      draft.wrong(
          good
              ? new Flaw("not-a-string", name + ": not a string (expected: a string)")
              : new Flaw("too-deep", name + " is nested too deep"));
    }
    return null;
  }

  private JsonWalk.@Nullable Seen object(
      Draft draft, String name, JsonWalk.@Nullable Picker picker) {
    var token = in.currentToken();
    if (token == JsonToken.START_OBJECT) {
      var seen = JsonWalk.over(in, body, name, picker);
      if (seen.flaw() != null) {
        draft.wrong(seen.flaw());
      }
      return seen;
    }
    if (token == JsonToken.START_ARRAY && JsonWalk.over(in, body, name, null).flaw() != null) {
      draft.wrong(new Flaw("too-deep", name + " is nested too deep (expected: an object)"));
    } else if (token != JsonToken.VALUE_NULL) {
      draft.wrong(new Flaw("not-an-object", name + ": not an object (expected: an object)"));
    }
    return null;
  }
}
