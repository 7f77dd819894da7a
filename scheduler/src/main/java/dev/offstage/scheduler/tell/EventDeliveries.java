package dev.offstage.scheduler.tell;

import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.Endpoint;
import dev.offstage.webhook.EndpointStore;
import dev.offstage.webhook.EventTypes;
import dev.offstage.webhook.Mark;
import dev.offstage.webhook.NewDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** One delivery for each endpoint that wants to hear of an event, in the order of the marks. */
@Component
final class EventDeliveries {
  private final EndpointStore endpoints;
  private final Deliveries deliveries;
  private final EventBodies bodies;

  EventDeliveries(EndpointStore endpoints, Deliveries deliveries, EventBodies bodies) {
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.bodies = bodies;
  }

  /**
   * Makes them, in the transaction under way.
   *
   * @return how many
   */
  int make(List<Mark> taken) {
    var listening =
        endpoints.listening(taken.stream().map(Mark::tenant).collect(Collectors.toSet()));
    var wanted =
        taken.stream()
            .filter(mark -> listening.stream().anyMatch(endpoint -> wants(endpoint, mark)))
            .toList();
    Map<Mark, String> texts = bodies.of(wanted);
    var made = new ArrayList<NewDelivery>();
    for (var mark : wanted) {
      for (var endpoint : listening) {
        if (wants(endpoint, mark)) {
          made.add(delivery(endpoint, mark, Objects.requireNonNull(texts.get(mark))));
        }
      }
    }
    deliveries.enqueue(made);
    return made.size();
  }

  private static boolean wants(Endpoint endpoint, Mark mark) {
    return endpoint.tenant().equals(mark.tenant())
        && EventTypes.matches(endpoint.types(), mark.type());
  }

  private static NewDelivery delivery(Endpoint endpoint, Mark mark, String body) {
    return new NewDelivery(
        mark.tenant(),
        endpoint.id(),
        endpoint.url(),
        endpoint.ordered(),
        mark.event(),
        mark.type(),
        body,
        null);
  }
}
