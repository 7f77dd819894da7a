package dev.offstage.ingest.track.read;

import dev.offstage.event.JsonBytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Merges what a batch says of all its events into each; what an event says itself wins. */
final class Contexts {
  /**
   * What all that is merged for one request may have: it could be a batch's context, 2,500 times.
   */
  private static final int MOST = 1 << 20;

  private final DenyRules deny;
  private int merged;

  Contexts(DenyRules deny) {
    this.deny = deny;
  }

  /**
   * An object as it is stored: where it stands in the body if it may, else a copy.
   *
   * @param always whether it has something that must go
   */
  JsonBytes stored(JsonWalk.Seen seen, String path, boolean always) {
    return always || seen.unclean() || !deny.isEmpty()
        ? JsonCopy.of(seen.json(), path, deny)
        : seen.json();
  }

  /**
   * @throws UnreadableException if this request's come to more than it may have
   */
  JsonBytes merge(JsonBytes batch, @Nullable JsonBytes own) {
    if (own == null) {
      count(batch.length());
      return batch;
    }
    var bytes = Json.MAPPER.writeValueAsBytes(deep(tree(own), tree(batch)));
    count(bytes.length);
    return JsonBytes.of(bytes, 0, bytes.length);
  }

  private void count(int bytes) {
    merged += bytes;
    if (merged > MOST) {
      throw new UnreadableException(
          "The events come to more than may be, with the batch's context in each.");
    }
  }

  private static ObjectNode tree(JsonBytes json) {
    return (ObjectNode) Json.MAPPER.readTree(json.bytes(), json.from(), json.length());
  }

  private static JsonNode deep(ObjectNode wins, ObjectNode other) {
    other
        .properties()
        .forEach(
            member -> {
              var own = wins.get(member.getKey());
              if (own == null) {
                wins.set(member.getKey(), member.getValue());
              } else if (own instanceof ObjectNode to
                  && member.getValue() instanceof ObjectNode from) {
                deep(to, from);
              }
            });
    return wins;
  }
}
