package dev.offstage.worker.consume;

import com.rabbitmq.client.Channel;
import dev.offstage.job.Priority;
import dev.offstage.queue.Ticket;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.queue.Topology;
import dev.offstage.store.Claim;
import dev.offstage.worker.execute.PoolRunner;
import dev.offstage.worker.lease.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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

  /**
   * After so long a ticket that this worker cannot take goes back to the end of its queue, so that
   * the next in turn gets it. It goes round until a worker takes it, or its job is no longer to be
   * had: the dispatcher parks jobs that no live worker runs.
   */
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(
          300, TimeUnit.MILLISECONDS, Executors.newVirtualThreadPerTaskExecutor());

  private final PoolRunner pool;
  private final Lease lease;
  private final TicketPublisher publisher;
  private final DirectMessageListenerContainer container;
  private final AtomicBoolean paused = new AtomicBoolean();
  private boolean stopped;

  PoolConsumer(
      PoolRunner pool, Lease lease, TicketPublisher publisher, ConnectionFactory connections) {
    this.pool = pool;
    this.lease = lease;
    this.publisher = publisher;
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
    List<Ticket> tickets;
    try {
      tickets = Ticket.decode(message.getBody());
    } catch (IllegalArgumentException e) {
      park(message, String.valueOf(e.getMessage()), channel, tag);
      return;
    }
    int reserved = lease.stands() ? reserve(tickets.size()) : 0;
    if (reserved > 0) {
      var queue = message.getMessageProperties().getConsumerQueue();
      var mine = tickets.subList(0, reserved);
      pool.run(
          mine.stream().map(ticket -> new Claim(ticket.id(), ticket.claimNo())).toList(),
          strays -> {
            var others = new ArrayList<>(tickets.subList(reserved, tickets.size()));
            mine.stream().filter(ticket -> strays.contains(ticket.id())).forEach(others::add);
            passOn(queue, others, channel, tag);
          });
    } else {
      channel.basicNack(tag, false, true);
      pause();
    }
  }

  /** Gives what this worker cannot take to another one, and has done with the message. */
  private void passOn(@Nullable String queue, List<Ticket> others, Channel channel, long tag) {
    if (others.isEmpty()) {
      acknowledge(channel, tag);
      return;
    }
    boolean high = Topology.queue(pool.name(), Priority.HIGH).equals(queue);
    CompletableFuture.runAsync(
        () -> {
          publisher
              .publish(pool.name(), high ? Priority.HIGH : Priority.NORMAL, others)
              .whenComplete((confirmed, failure) -> acknowledge(channel, tag));
        },
        LATER);
  }

  /** A message that nobody can read is kept for operators; if even that fails, the broker does. */
  private void park(Message message, String reason, Channel channel, long tag) {
    log.error("Parking a message that is no ticket in {}: {}", Topology.PARKED, reason);
    publisher
        .park(message, reason)
        .thenAccept(
            parked -> {
              if (parked) {
                acknowledge(channel, tag);
              } else {
                reject(channel, tag);
              }
            });
  }

  private int reserve(int jobs) {
    try {
      return pool.reserve(jobs, ROOM);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
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

  private static void reject(Channel channel, long tag) {
    try {
      channel.basicReject(tag, false);
    } catch (IOException | RuntimeException e) {
      log.debug("A message could not be rejected and comes again: {}", e.getMessage());
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
