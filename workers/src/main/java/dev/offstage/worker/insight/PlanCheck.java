package dev.offstage.worker.insight;

import dev.offstage.event.Event;
import dev.offstage.event.EventType;
import dev.offstage.event.JsonBytes;
import dev.offstage.event.RejectedEvent;
import dev.offstage.plan.Action;
import dev.offstage.plan.TrackingPlans;
import dev.offstage.plan.Verdict;
import dev.offstage.worker.analytics.EventCheck;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Turns away what its app's tracking plan rejects. */
@Component
final class PlanCheck implements EventCheck {
  static final String REASON = "not-as-planned";
  private static final int MAX_DETAIL = 2_000;

  private final TrackingPlans plans;
  private final JsonMapper json;

  PlanCheck(TrackingPlans plans, JsonMapper json) {
    this.plans = plans;
    this.json = json;
  }

  @Override
  public Optional<RejectedEvent> reject(Event event) {
    var verdict = judge(event);
    return verdict.action() == Action.REJECT
        ? Optional.of(rejected(event, verdict))
        : Optional.empty();
  }

  /** What the plan says; that all is well where the app has none. */
  Verdict judge(Event event) {
    var source = event.source();
    return plans
        .of(source.tenant(), source.app())
        .map(plan -> plan.judge(event.type().text(), event.name(), tree(event.properties())))
        .orElse(Verdict.GOOD);
  }

  private @Nullable JsonNode tree(@Nullable JsonBytes bytes) {
    return bytes == null ? null : json.readTree(bytes.bytes(), bytes.from(), bytes.length());
  }

  private RejectedEvent rejected(Event event, Verdict verdict) {
    var detail = String.join("; ", verdict.problems());
    return new RejectedEvent(
        event.source(),
        event.source().rejectOf(event.messageId()),
        event.times().receivedAt(),
        REASON,
        detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail,
        event.type().text(),
        event.name(),
        event.messageId(),
        JsonBytes.of(whole(event).toString()));
  }

  /** The event as a client would send it again. */
  private ObjectNode whole(Event event) {
    var whole = json.createObjectNode();
    whole.put("type", event.type().text());
    put(whole, event.type() == EventType.TRACK ? "event" : "name", event.name());
    whole.put("messageId", event.messageId());
    put(whole, "userId", event.who().userId());
    put(whole, "anonymousId", event.who().anonymousId());
    put(whole, "previousId", event.who().previousId());
    put(whole, "groupId", event.who().groupId());
    put(whole, "originalTimestamp", event.times().originalAt());
    put(whole, "sentAt", event.times().sentAt());
    boolean traits = event.type() == EventType.IDENTIFY || event.type() == EventType.GROUP;
    put(whole, traits ? "traits" : "properties", tree(event.properties()));
    put(whole, "context", tree(event.context()));
    put(whole, "integrations", tree(event.integrations()));
    return whole;
  }

  private static void put(ObjectNode whole, String name, @Nullable Object value) {
    if (value instanceof JsonNode node) {
      whole.set(name, node);
    } else if (value != null) {
      whole.put(name, value.toString());
    }
  }
}
