package dev.offstage.ingest;

import dev.offstage.event.EventBatch;
import dev.offstage.event.EventWire;
import dev.offstage.queue.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/** The messages of events that a server has sent, each to be taken once. */
public final class SentEvents {
  private static final int PATIENCE = 20_000;

  private final AmqpAdmin admin;
  private final RabbitTemplate rabbit;

  public SentEvents(IngestServer server) {
    this.admin = server.bean(AmqpAdmin.class);
    this.rabbit = server.bean(RabbitTemplate.class);
  }

  /** Waits for one. */
  public Message next() {
    return Objects.requireNonNull(rabbit.receive(Topology.EVENTS, PATIENCE), "nothing was sent");
  }

  public long count() {
    return Objects.requireNonNull(admin.getQueueInfo(Topology.EVENTS)).getMessageCount();
  }

  /** All that there are. */
  public List<EventBatch> all() {
    var batches = new ArrayList<EventBatch>();
    while (count() > 0) {
      batches.add(EventWire.decode(next().getBody()));
    }
    return batches;
  }

  public void forget() {
    admin.purgeQueue(Topology.EVENTS);
  }
}
