package dev.offstage.ingest.enqueue;

import dev.offstage.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The items of a batch, one after the other as they arrive. */
public interface BatchItems {

  /**
   * What was sent as one item.
   *
   * @param value null if it cannot be read
   * @param problem why not
   * @param last whether nothing after it can be read either
   */
  record Item(@Nullable JsonNode value, @Nullable ProblemException problem, boolean last) {
    static Item of(JsonNode value) {
      return new Item(value, null, false);
    }

    static Item bad(ProblemException problem) {
      return new Item(null, problem, false);
    }

    static Item end(ProblemException problem) {
      return new Item(null, problem, true);
    }
  }

  /** The next item; null after the last. May wait for the client to send it. */
  @Nullable Item next();

  /** Whether the client has sent nothing more yet: what has been read should not wait for it. */
  boolean isDrained();
}
