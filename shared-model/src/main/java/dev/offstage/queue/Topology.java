package dev.offstage.queue;

import dev.offstage.job.Priority;
import java.util.ArrayList;
import java.util.List;
import org.springframework.amqp.core.Base64UrlNamingStrategy;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;

/** What Offstage declares at the broker, and its names. */
public final class Topology {
  /** Direct: routes a ticket to its pool's queue. */
  public static final String TICKETS = "offstage.tickets";

  /** Fanout: something fell due in the pool that the message names; wakes dispatchers. */
  public static final String HINTS = "offstage.hints";

  /** Fanout: whether nodes may ticket jobs of a pool themselves. */
  public static final String GATES = "offstage.gates";

  /**
   * Batches of events, one message a request. One worker at a time gets them, so that those of a
   * person are written in the order in which they came.
   */
  public static final String EVENTS = "offstage.events";

  /** Messages that no worker could read. */
  public static final String PARKED = "offstage.parked";

  /**
   * How many bytes of events the queue takes before it refuses more, so that events that nobody
   * writes fill no disk: their publishers are told, and tell their clients to wait.
   */
  private static final long MOST_EVENT_BYTES = 8L << 30;

  private Topology() {}

  /** The queue of a pool's tickets: those of high priority have one of their own. */
  public static String queue(String pool, Priority priority) {
    return "offstage.pool." + pool + (priority == Priority.HIGH ? ".high" : "");
  }

  /**
   * A queue of this process's own, gone with its connection. Not Spring's AnonymousQueue: that
   * names a leader locator, which RabbitMQ before 3.11 refuses on a classic queue.
   */
  static Queue ownQueue(String prefix) {
    return QueueBuilder.nonDurable(new Base64UrlNamingStrategy(prefix).generateName())
        .exclusive()
        .autoDelete()
        .build();
  }

  static Declarables declarables(QueueProperties properties) {
    var tickets = new DirectExchange(TICKETS);
    var all =
        new ArrayList<Declarable>(
            List.of(tickets, new FanoutExchange(HINTS), new FanoutExchange(GATES)));
    all.add(QueueBuilder.durable(PARKED).quorum().build());
    all.add(events());
    for (var pool : properties.names()) {
      for (var priority : List.of(Priority.HIGH, Priority.NORMAL)) {
        Queue queue =
            QueueBuilder.durable(queue(pool, priority))
                .quorum()
                .deadLetterExchange("")
                .deadLetterRoutingKey(PARKED)
                .build();
        all.add(queue);
        all.add(BindingBuilder.bind(queue).to(tickets).withQueueName());
      }
    }
    return new Declarables(all);
  }

  private static Queue events() {
    return QueueBuilder.durable(EVENTS)
        .quorum()
        .singleActiveConsumer()
        .withArgument("x-max-length-bytes", MOST_EVENT_BYTES)
        .overflow(QueueBuilder.Overflow.rejectPublish)
        .deadLetterExchange("")
        .deadLetterRoutingKey(PARKED)
        .build();
  }
}
