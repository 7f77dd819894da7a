package dev.offstage.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What an app's events should look like.
 *
 * <pre>{@code
 * {"unknownEvents": "flag",
 *  "events": {
 *    "Order Completed": {"onViolation": "reject", "properties": {"type": "object", "required": ["total"],
 *      "properties": {"total": {"type": "number", "minimum": 0}}}},
 *    "screen:Home": {}}}
 * }</pre>
 *
 * <p>An event is named as it is where it is track's, else by its type, a colon and its name; {@code
 * identify:} has no name. {@code unknownEvents} is accept unless it says otherwise, and is asked of
 * track, screen and page only; {@code onViolation} is flag.
 */
public final class TrackingPlan {
  private static final int MOST_EVENTS = 1_000;
  private static final Set<String> NAMED = Set.of("track", "screen", "page");

  private record Rule(Action onViolation, @Nullable ValueSchema properties) {}

  private final Action unknownEvents;
  private final Map<String, Rule> events;

  private TrackingPlan(Action unknownEvents, Map<String, Rule> events) {
    this.unknownEvents = unknownEvents;
    this.events = Map.copyOf(events);
  }

  /**
   * @throws IllegalArgumentException naming the member, its value and what was expected
   */
  public static TrackingPlan parse(JsonNode plan) {
    only("plan", plan, Set.of("unknownEvents", "events"));
    var events = plan.get("events");
    if (events != null && (!events.isObject() || events.size() > MOST_EVENTS)) {
      throw new IllegalArgumentException(
          "events: " + events.size() + " (expected: an object of at most " + MOST_EVENTS + ")");
    }
    var rules = new HashMap<String, Rule>();
    if (events != null) {
      for (var event : events.properties()) {
        rules.put(event.getKey(), rule("events." + event.getKey(), event.getValue()));
      }
    }
    return new TrackingPlan(action("unknownEvents", plan, Action.ACCEPT), rules);
  }

  private static Rule rule(String path, JsonNode rule) {
    only(path, rule, Set.of("onViolation", "properties", "description"));
    var schema = rule.get("properties");
    return new Rule(
        action(path + ".onViolation", rule, Action.FLAG),
        schema == null ? null : ValueSchema.parse(path + ".properties", schema));
  }

  private static Action action(String path, JsonNode of, Action otherwise) {
    var value = of.get(path.substring(path.lastIndexOf('.') + 1));
    if (value == null) {
      return otherwise;
    }
    return Action.of(path, value.isString() ? value.stringValue() : value.toString());
  }

  private static void only(String path, JsonNode object, Set<String> names) {
    if (!object.isObject()) {
      throw new IllegalArgumentException(path + ": no object (expected: one)");
    }
    for (var name : object.propertyNames()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            path
                + "."
                + name
                + ": unknown (expected: one of "
                + names.stream().sorted().toList()
                + ")");
      }
    }
  }

  /** What it says of an event. */
  public Verdict judge(String type, @Nullable String name, @Nullable JsonNode properties) {
    var plain = name == null ? "" : name;
    var rule = type.equals("track") ? events.get(plain) : null;
    rule = rule == null ? events.get(type + ":" + plain) : rule;
    if (rule == null) {
      return unknownEvents == Action.ACCEPT || !NAMED.contains(type)
          ? Verdict.GOOD
          : new Verdict(
              unknownEvents, List.of("event: " + plain + " (expected: one that is planned)"));
    }
    if (rule.properties() == null) {
      return Verdict.GOOD;
    }
    var problems =
        rule.properties()
            .problems(
                "properties",
                properties == null ? JsonNodeFactory.instance.objectNode() : properties);
    return problems.isEmpty() ? Verdict.GOOD : new Verdict(rule.onViolation(), problems);
  }
}
