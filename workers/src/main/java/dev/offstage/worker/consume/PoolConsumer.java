package dev.offstage.worker.consume;

import com.rabbitmq.client.Channel;
import dev.offstage.job.Priority;
import dev.offstage.queue.Ticket;
import dev.offstage.queue.Topology;
import dev.offstage.store.Claim;
import dev.offstage.worker.execute.PoolRunner;
import dev.offstage.worker.lease.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

/** Consumes one pool's tickets. */
final class PoolConsumer implements ChannelAwareMessageListener {
  private static final Logger log = LoggerFactory.getLogger(PoolConsumer.class);

  /** How long a ticket that has come waits for room. */
  private static final Duration ROOM = Duration.ofSeconds(1);

  private static final int MOST_PREFETCHED = 100;

  private final PoolRunner pool;
  private final Lease lease;
  private final DirectMessageListenerContainer container;
  private final AtomicBoolean paused = new AtomicBoolean();
  private boolean stopped;

  PoolConsumer(PoolRunner pool, Lease lease, ConnectionFactory connections) {
    this.pool = pool;
    this.lease = lease;
    this.container = new DirectMessageListenerContainer(connections);
    container.setQueueNames(
        Topology.queue(pool.name(), Priority.HIGH), Topology.queue(pool.name(), Priority.NORMAL));
    container.setAcknowledgeMode(AcknowledgeMode.MANUAL);
    container.setPrefetchCount(Math.clamp(pool.slots() / 2, 1, MOST_PREFETCHED));
    container.setMissingQueuesFatal(false);
    container.setAutoDeclare(true);
    container.setMessageListener(this);
    container.setListenerId("pool-" + pool.name());
    container.afterPropertiesSet();
  }

  synchronized void start() {
    if (!stopped) {
      container.start();
    }
  }

  synchronized void stop() {
    stopped = true;
    container.stop();
  }

  @Override
  public void onMessage(Message message, @Nullable Channel given) throws IOException {
    var channel = Objects.requireNonNull(given, "manual acknowledgement has a channel");
    long tag = message.getMessageProperties().getDeliveryTag();
    List<Claim> claims;
    try {
      claims =
          Ticket.decode(message.getBody()).stream()
              .limit(pool.slots()) // what is more than this worker can take falls due for others
              .map(ticket -> new Claim(ticket.id(), ticket.claimNo()))
              .toList();
    } catch (IllegalArgumentException e) {
      log.error("Parking a message that is no ticket in {}: {}", Topology.PARKED, e.getMessage());
      channel.basicReject(tag, false);
      return;
    }
    if (lease.stands() && reserve(claims.size())) {
      pool.run(claims, () -> acknowledge(channel, tag));
    } else {
      channel.basicNack(tag, false, true);
      pause();
    }
  }

  private boolean reserve(int jobs) {
    try {
      return pool.reserve(jobs, ROOM);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void acknowledge(Channel channel, long tag) {
    try {
      channel.basicAck(tag, false);
    } catch (IOException | RuntimeException e) {
      // The channel is gone: the ticket comes again, is stale by then and claims nothing.
      log.debug("A ticket could not be acknowledged: {}", e.getMessage());
    }
  }

  /** Takes no tickets until there is room and the lease stands, so that others get them. */
  private void pause() {
    if (paused.compareAndSet(false, true)) {
      Thread.ofVirtual().name("resume-" + pool.name()).start(this::resume);
    }
  }

  private void resume() {
    try {
      container.stop();
      pool.awaitRoom();
      lease.awaitStanding();
      paused.set(false);
      start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
