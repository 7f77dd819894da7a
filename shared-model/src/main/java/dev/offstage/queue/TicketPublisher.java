package dev.offstage.queue;

import dev.offstage.job.Priority;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/** Sends tickets, and parks what is none; with confirms. */
@Component
public final class TicketPublisher {
  private static final int MAX_REASON = 500;

  /**
   * Confirms come on the thread that reads the broker's connection. Whoever waits for one may call
   * the broker in turn, whose answer that thread would never read.
   */
  private static final Executor AWAY = Executors.newVirtualThreadPerTaskExecutor();

  private final RabbitTemplate rabbit;
  private final InstantSource clock;

  /** Tells a returned message from the others of this node. */
  private final AtomicLong sent = new AtomicLong();

  TicketPublisher(RabbitTemplate rabbit, InstantSource clock) {
    this.rabbit = rabbit;
    this.clock = clock;
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

  /**
   * Puts a message that nobody can read where operators find it: its bytes and headers, with {@code
   * offstage-reason}, {@code offstage-queue} and {@code offstage-parked-at}.
   *
   * @return whether the broker has confirmed it; never fails
   */
  public CompletableFuture<Boolean> park(Message message, String reason) {
    var given = message.getMessageProperties();
    var parked =
        MessageBuilder.withBody(message.getBody())
            .setContentType(given.getContentType())
            .setDeliveryMode(MessageDeliveryMode.PERSISTENT);
    given
        .getHeaders()
        .forEach(
            (name, value) -> {
              if (value != null) {
                parked.setHeader(name, value);
              }
            });
    parked
        .setHeader("offstage-reason", reason.substring(0, Math.min(reason.length(), MAX_REASON)))
        .setHeader("offstage-queue", String.valueOf(given.getConsumerQueue()))
        .setHeader("offstage-parked-at", clock.instant().toString());
    return confirmed("", Topology.PARKED, parked.build());
  }

  /** Sends a message; completes with whether a queue has it for good, and never fails. */
  CompletableFuture<Boolean> confirmed(String exchange, String key, Message message) {
    var correlation = new CorrelationData(Long.toString(sent.incrementAndGet()));
    try {
      rabbit.send(exchange, key, message, correlation);
    } catch (AmqpException e) {
      return CompletableFuture.completedFuture(false);
    }
    // A message that no queue took is returned, and then confirmed all the same.
    return correlation
        .getFuture()
        .handleAsync(
            (confirm, failure) ->
                failure == null && confirm.ack() && correlation.getReturned() == null,
            AWAY);
  }
}
