package dev.offstage.scheduler.tell;

import dev.offstage.store.Transience;
import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.Endpoint;
import dev.offstage.webhook.EndpointStore;
import dev.offstage.webhook.EventTypes;
import dev.offstage.webhook.Mark;
import dev.offstage.webhook.MarkStore;
import dev.offstage.webhook.NewDelivery;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** One delivery for each endpoint that wants to hear of an event, in the order of the marks. */
@Component
final class FanOut {
  private static final Logger log = LoggerFactory.getLogger(FanOut.class);

  private final MarkStore marks;
  private final EndpointStore endpoints;
  private final Deliveries deliveries;
  private final EventBodies bodies;
  private final TransactionOperations transactions;
  private final Counter told;

  FanOut(
      MarkStore marks,
      EndpointStore endpoints,
      Deliveries deliveries,
      EventBodies bodies,
      TransactionOperations transactions,
      MeterRegistry meters) {
    this.marks = marks;
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.bodies = bodies;
    this.transactions = transactions;
    this.told = meters.counter("offstage.webhooks.deliveries");
  }

  /**
   * Tells of the oldest marks. A mark that cannot be told on its own is set aside, so that it holds
   * up no other.
   *
   * @return how many marks are done with
   */
  int round(int limit) {
    int size = limit;
    while (true) {
      try {
        int most = size;
        return Objects.requireNonNull(transactions.execute(status -> tell(most)));
      } catch (RuntimeException e) {
        if (Transience.of(e)) {
          throw e;
        }
        if (size == 1) {
          log.error("An event cannot be told; it is set aside in webhook_mark", e);
          marks.setOldestAside(String.valueOf(e.getMessage()));
          return 1;
        }
        size = size / 2;
      }
    }
  }

  private int tell(int limit) {
    var taken = marks.take(limit);
    if (taken.isEmpty()) {
      return 0;
    }
    var made = deliveriesOf(taken);
    deliveries.enqueue(made);
    told.increment(made.size());
    return taken.size();
  }

  private List<NewDelivery> deliveriesOf(List<Mark> taken) {
    var tenants = new HashSet<String>();
    taken.forEach(mark -> tenants.add(mark.tenant()));
    var listening = endpoints.listening(tenants);
    var wanted = new ArrayList<Mark>();
    for (var mark : taken) {
      if (listening.stream().anyMatch(endpoint -> wants(endpoint, mark))) {
        wanted.add(mark);
      }
    }
    Map<Mark, String> texts = bodies.of(wanted);
    var made = new ArrayList<NewDelivery>();
    for (var mark : wanted) {
      for (var endpoint : listening) {
        if (wants(endpoint, mark)) {
          made.add(delivery(endpoint, mark, Objects.requireNonNull(texts.get(mark))));
        }
      }
    }
    return made;
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
