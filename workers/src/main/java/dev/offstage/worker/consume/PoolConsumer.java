package dev.offstage.worker.consume;

import com.rabbitmq.client.Channel;
import dev.offstage.job.JobId;
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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

  /** How long the tickets of a message wait for room. */
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
    // A message carries one job or many: enough for when it is one, not too many for when not.
    container.setPrefetchCount(Math.clamp(pool.slots() / 10, 1, MOST_PREFETCHED));
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
    int taken = 0;
    var strays = new ArrayList<CompletableFuture<Set<JobId>>>();
    for (long until = System.nanoTime() + ROOM.toNanos(); taken < tickets.size(); ) {
      int reserved = lease.stands() ? reserve(tickets.size() - taken, until) : 0;
      if (reserved == 0) {
        break;
      }
      strays.add(claim(tickets.subList(taken, taken + reserved)));
      taken += reserved;
    }
    if (taken == 0) {
      channel.basicNack(tag, false, true);
      pause();
      return;
    }
    boolean high =
        Topology.queue(pool.name(), Priority.HIGH)
            .equals(message.getMessageProperties().getConsumerQueue());
    var left = tickets.subList(taken, tickets.size());
    CompletableFuture.allOf(strays.toArray(CompletableFuture[]::new))
        .thenRun(
            () -> {
              var ids = new HashSet<JobId>();
              strays.forEach(some -> ids.addAll(some.join()));
              var stray = tickets.stream().filter(ticket -> ids.contains(ticket.id())).toList();
              passOn(high ? Priority.HIGH : Priority.NORMAL, left, stray, channel, tag);
            });
  }

  /** Claims jobs for which slots are reserved; answers which of them this worker cannot take. */
  private CompletableFuture<Set<JobId>> claim(List<Ticket> tickets) {
    var strays = new CompletableFuture<Set<JobId>>();
    pool.run(
        tickets.stream().map(ticket -> new Claim(ticket.id(), ticket.claimNo())).toList(),
        strays::complete);
    return strays;
  }

  /**
   * Gives to others what this worker had no room for, and (after a while) what it cannot take; then
   * it has done with the message.
   */
  private void passOn(
      Priority priority, List<Ticket> left, List<Ticket> strays, Channel channel, long tag) {
    publish(priority, left)
        .thenComposeAsync(
            confirmed -> publish(priority, strays), strays.isEmpty() ? Runnable::run : LATER)
        .whenComplete((confirmed, failure) -> acknowledge(channel, tag));
  }

  private CompletableFuture<Boolean> publish(Priority priority, List<Ticket> tickets) {
    return tickets.isEmpty()
        ? CompletableFuture.completedFuture(true)
        : publisher.publish(pool.name(), priority, tickets);
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

  private int reserve(int jobs, long until) {
    try {
      return pool.reserve(jobs, Duration.ofNanos(Math.max(0, until - System.nanoTime())));
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
