package dev.offstage.queue;

import dev.offstage.job.Priority;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/** Sends tickets, with confirms. */
@Component
public final class TicketPublisher {
  private final RabbitTemplate rabbit;

  TicketPublisher(RabbitTemplate rabbit) {
    this.rabbit = rabbit;
  }

  /**
   * Sends tickets of one pool as one message.
   *
   * @return whether the broker has confirmed them; false also when it is away or has no such queue.
   *     Never fails: a ticket that was lost falls due again
   */
  public CompletableFuture<Boolean> publish(String pool, Priority priority, List<Ticket> tickets) {
    var message =
        MessageBuilder.withBody(Ticket.encode(tickets))
            .setContentType("text/plain")
            .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
            .build();
    return confirmed(Topology.TICKETS, Topology.queue(pool, priority), message);
  }

  private CompletableFuture<Boolean> confirmed(String exchange, String key, Message message) {
    var correlation = new CorrelationData(UUID.randomUUID().toString());
    try {
      rabbit.send(exchange, key, message, correlation);
    } catch (AmqpException e) {
      return CompletableFuture.completedFuture(false);
    }
    // A message that no queue took is returned, and then confirmed all the same.
    return correlation
        .getFuture()
        .handle(
            (confirm, failure) ->
                failure == null && confirm.ack() && correlation.getReturned() == null);
  }
}
