package dev.offstage.queue;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.stereotype.Component;

/** Sends batches of events, with confirms, and says how many wait to be written. */
@Component
public final class EventPublisher {
  private final TicketPublisher sender;
  private final AmqpAdmin admin;

  EventPublisher(TicketPublisher sender, AmqpAdmin admin) {
    this.sender = sender;
    this.admin = admin;
  }

  /**
   * Sends a batch as one persistent message.
   *
   * @return whether the broker has it for good; false also when it is away or takes no more. Never
   *     fails
   */
  public CompletableFuture<Boolean> publish(byte[] batch) {
    var message =
        MessageBuilder.withBody(batch)
            .setContentType("application/octet-stream")
            .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
            .build();
    return sender.confirmed("", Topology.EVENTS, message);
  }

  /**
   * How many messages wait to be written.
   *
   * @return empty while the broker is away
   */
  public OptionalLong waiting() {
    try {
      var queue = admin.getQueueInfo(Topology.EVENTS);
      return OptionalLong.of(queue == null ? 0 : queue.getMessageCount());
    } catch (AmqpException e) {
      return OptionalLong.empty();
    }
  }
}
