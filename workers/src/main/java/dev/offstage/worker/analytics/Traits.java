package dev.offstage.worker.analytics;

import dev.offstage.event.JsonBytes;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Merges what several events of a batch say of one user. */
final class Traits {
  private static final JsonMapper JSON = new JsonMapper();

  private Traits() {}

  /** What the later one says wins. */
  static JsonBytes merged(JsonBytes earlier, JsonBytes later) {
    var both = tree(earlier);
    both.setAll(tree(later));
    return JsonBytes.of(JSON.writeValueAsString(both));
  }

  private static ObjectNode tree(JsonBytes json) {
    return (ObjectNode) JSON.readTree(json.bytes(), json.from(), json.length());
  }
}
