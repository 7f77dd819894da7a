package dev.offstage.ingest.track.read;

import dev.offstage.event.EventType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;

/** The body of a request: one event, or a batch of them. */
public final class Document {
  /** Segment's. */
  static final int MAX_EVENTS = 2_500;

  private @Nullable String writeKey;
  @Nullable String sentAt;
  JsonWalk.@Nullable Seen context;
  JsonWalk.@Nullable Seen integrations;
  final Picks picks = new Picks();
  final List<Draft> drafts = new ArrayList<>();
  private final byte[] body;

  private Document(byte[] body) {
    this.body = body;
  }

  /**
   * Reads a batch.
   *
   * @throws UnreadableException if it is no JSON, no batch, or too many events
   */
  public static Document batch(byte[] body) {
    var document = new Document(body);
    document.read(document::readBatch);
    return document;
  }

  /**
   * Reads one event of the type that its route says.
   *
   * @throws UnreadableException if it is no JSON
   */
  public static Document single(byte[] body, EventType type) {
    var document = new Document(body);
    document.read(in -> document.readSingle(in, type));
    return document;
  }

  /** The member of that name; null if there is none. */
  public @Nullable String writeKey() {
    return writeKey;
  }

  private interface Reading {
    void of(JsonParser in);
  }

  private void read(Reading reading) {
    // Jackson would take these for UTF-16 or UTF-32, and offsets would mean nothing.
    for (int i = 0; i < Math.min(4, body.length); i++) {
      if (body[i] == 0) {
        throw new UnreadableException("This is not JSON in UTF-8.");
      }
    }
    try (var in = Json.parser(body, 0, body.length)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableException("The body is not a JSON object.");
      }
      reading.of(in);
      if (in.nextToken() != null) {
        throw new UnreadableException("Something follows the JSON object.");
      }
    } catch (StreamConstraintsException e) {
      throw new UnreadableException("The JSON is nested too deep, or has an overlong number.", e);
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new UnreadableException(
          at == null
              ? "This is not JSON."
              : "This is not JSON: line %d, column %d.".formatted(at.getLineNr(), at.getColumnNr()),
          e);
    }
  }

  private void readSingle(JsonParser in, EventType type) {
    var reader = new DraftReader(in, body);
    var draft = reader.read();
    draft.type = type.text();
    drafts.add(draft);
    writeKey = reader.writeKey;
  }

  private void readBatch(JsonParser in) {
    boolean batch = false;
    for (var token = in.nextToken(); token != JsonToken.END_OBJECT; token = in.nextToken()) {
      if (token == null) {
        throw new UnreadableException("The JSON ends before it is whole.");
      }
      var name = in.currentName();
      in.nextToken();
      switch (name) {
        case "batch" -> {
          batch = true;
          events(in);
        }
        case "writeKey" -> writeKey = text(in, name);
        case "sentAt" -> sentAt = text(in, name);
        case "context" -> context = object(in, name, picks);
        case "integrations" -> integrations = object(in, name, null);
        default -> in.skipChildren();
      }
    }
    if (!batch) {
      throw new UnreadableException("batch: missing (expected: an array of events)");
    }
  }

  private void events(JsonParser in) {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw new UnreadableException("batch: not an array (expected: an array of events)");
    }
    var reader = new DraftReader(in, body);
    for (var token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
      if (token == null) {
        throw new UnreadableException("The JSON ends before it is whole.");
      }
      if (drafts.size() == MAX_EVENTS) {
        throw new UnreadableException(
            "batch: more events than may be (expected: at most " + MAX_EVENTS + ")");
      }
      drafts.add(reader.read());
    }
  }

  private static @Nullable String text(JsonParser in, String name) {
    var token = in.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
      throw new UnreadableException(name + ": not a string (expected: a string)");
    }
    return in.getString();
  }

  private JsonWalk.@Nullable Seen object(
      JsonParser in, String name, JsonWalk.@Nullable Picker picker) {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new UnreadableException(name + ": not an object (expected: an object)");
    }
    var seen = JsonWalk.over(in, body, name, picker);
    if (seen.flaw() != null) {
      throw new UnreadableException(seen.flaw().detail());
    }
    return seen;
  }
}
