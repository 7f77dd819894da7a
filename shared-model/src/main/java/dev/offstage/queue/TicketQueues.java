package dev.offstage.queue;

import dev.offstage.job.Priority;
import java.util.OptionalLong;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.stereotype.Component;

/** What the broker says of the pools' queues. */
@Component
public final class TicketQueues {
  private final AmqpAdmin admin;

  TicketQueues(AmqpAdmin admin) {
    this.admin = admin;
  }

  /**
   * How many messages wait in a pool's queues; a missing queue holds none.
   *
   * @return empty while the broker is away
   */
  public OptionalLong depth(String pool) {
    try {
      return OptionalLong.of(depth(pool, Priority.HIGH) + depth(pool, Priority.NORMAL));
    } catch (AmqpException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * How many messages lie there that no worker could read; a missing queue holds none.
   *
   * @return empty while the broker is away
   */
  public OptionalLong parked() {
    try {
      return OptionalLong.of(depthOf(Topology.PARKED));
    } catch (AmqpException e) {
      return OptionalLong.empty();
    }
  }

  private long depth(String pool, Priority priority) {
    return depthOf(Topology.queue(pool, priority));
  }

  private long depthOf(String name) {
    var queue = admin.getQueueInfo(name);
    return queue == null ? 0 : queue.getMessageCount();
  }
}
