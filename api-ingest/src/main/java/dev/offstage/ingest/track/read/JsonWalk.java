package dev.offstage.ingest.track.read;

import dev.offstage.event.JsonBytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Looks at an object without copying it: whether it can be stored, and as what it stands there. */
final class JsonWalk {
  /** Is shown the plain values near the top. */
  interface Picker {
    /**
     * @param outer the member's name
     * @param inner the name within that member; null for the member itself
     */
    void pick(String outer, @Nullable String inner, JsonParser value);
  }

  /**
   * @param json as it stands in the body
   * @param unclean whether it must be copied to be stored
   */
  record Seen(JsonBytes json, boolean unclean, @Nullable Flaw flaw) {}

  private final String what;
  private final @Nullable Picker picker;
  private int depth = 1;
  private String outer = "";
  private String inner = "";
  private @Nullable Flaw flaw;

  private JsonWalk(String what, @Nullable Picker picker) {
    this.what = what;
    this.picker = picker;
  }

  /** Walks over the object at which the parser stands; leaves it at the object's end. */
  static Seen over(JsonParser in, byte[] body, String what, @Nullable Picker picker) {
    var walk = new JsonWalk(what, picker);
    int from = (int) in.currentTokenLocation().getByteOffset();
    walk.run(in);
    int to = (int) in.currentLocation().getByteOffset();
    return new Seen(
        JsonBytes.of(body, from, to - from), Json.mayBeUnclean(body, from, to), walk.flaw);
  }

  private void run(JsonParser in) {
    while (depth > 0) {
      var token = in.nextToken();
      switch (token) {
        case START_OBJECT, START_ARRAY -> down();
        case END_OBJECT, END_ARRAY -> depth--;
        case PROPERTY_NAME -> name(in.currentName());
        case null -> throw new UnreadableException("The JSON ends before it is whole.");
        default -> value(token, in);
      }
    }
  }

  private void down() {
    depth++;
    // As deep as the event that it stands in would be.
    if (depth > Json.MAX_DEPTH && flaw == null) {
      flaw =
          new Flaw(
              "too-deep",
              "%s is nested too deep (expected: at most %d levels)"
                  .formatted(what, Json.MAX_DEPTH));
    }
  }

  private void name(String name) {
    if (depth == 1) {
      outer = name;
    } else if (depth == 2) {
      inner = name;
    }
  }

  private void value(JsonToken token, JsonParser in) {
    if (token == JsonToken.VALUE_NUMBER_FLOAT && !Json.isStorable(in.getString())) {
      flaw =
          new Flaw(
              "number-out-of-range",
              what + " has a number that cannot be stored (expected: within 1e±400)");
    }
    if (picker != null && depth <= 2) {
      picker.pick(outer, depth == 1 ? null : inner, in);
    }
  }
}
