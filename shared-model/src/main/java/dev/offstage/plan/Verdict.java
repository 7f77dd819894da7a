package dev.offstage.plan;

import java.util.List;

/**
 * What a plan says of an event.
 *
 * @param problems what was found and what was expected; none where all is well
 */
public record Verdict(Action action, List<String> problems) {
  /** All is well. */
  public static final Verdict GOOD = new Verdict(Action.ACCEPT, List.of());
}
