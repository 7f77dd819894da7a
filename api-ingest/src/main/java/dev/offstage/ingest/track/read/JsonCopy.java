package dev.offstage.ingest.track.read;

import dev.offstage.event.JsonBytes;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

/** Copies an object without what is denied, and so that its texts can be stored. */
final class JsonCopy {
  private final DenyRules deny;
  private final JsonParser in;
  private final JsonGenerator out;

  private JsonCopy(DenyRules deny, JsonParser in, JsonGenerator out) {
    this.deny = deny;
    this.in = in;
    this.out = out;
  }

  /**
   * @param json that was walked over and found good
   * @param path of the object, from the event's top, each name with a dot after it
   */
  static JsonBytes of(JsonBytes json, String path, DenyRules deny) {
    try (var in = Json.parser(json)) {
      return of(in, json.length(), path, deny);
    }
  }

  static JsonBytes of(JsonParser in, int expected, String path, DenyRules deny) {
    var bytes = new ByteArrayOutputStream(expected);
    try (var out = Json.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      in.nextToken();
      new JsonCopy(deny, in, out).value(path);
    }
    return JsonBytes.of(bytes.toByteArray(), 0, bytes.size());
  }

  private void value(String path) {
    switch (in.currentToken()) {
      case START_OBJECT -> object(path);
      case START_ARRAY -> {
        out.writeStartArray();
        while (in.nextToken() != JsonToken.END_ARRAY) {
          value(path);
        }
        out.writeEndArray();
      }
      case VALUE_STRING -> out.writeString(Json.clean(in.getString()));
      // As it was written, whatever its precision.
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(in.getString());
      default -> out.copyCurrentEvent(in);
    }
  }

  private void object(String path) {
    out.writeStartObject();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      var name = in.currentName();
      in.nextToken();
      if (deny.deny(path, name)) {
        in.skipChildren();
      } else {
        out.writeName(Json.clean(name));
        value(path + name + '.');
      }
    }
    out.writeEndObject();
  }
}
