package dev.offstage.worker.consume;

import com.rabbitmq.client.Channel;
import dev.offstage.event.EventWire;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.queue.Topology;
import dev.offstage.worker.analytics.AnalyticsProperties;
import dev.offstage.worker.analytics.EventStore;
import dev.offstage.worker.consume.EventMessage.Part;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Consumes the queue of events: deals them out to lanes, which gather and write them, and
 * acknowledges the messages that are written whole. The prefetch bounds what is in memory.
 */
@Component
final class EventConsumer implements ChannelAwareMessageListener, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);

  /** Messages of at most 1 MB: enough for a transaction in each lane and the next one. */
  private static final int PREFETCHED = 128;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** A container waits for an answer that a closed channel never brings. */
  private static final Duration CLOSED_WITHIN = Duration.ofMillis(100);

  private final EventStore store;
  private final AnalyticsProperties properties;
  private final TicketPublisher publisher;
  private final Counter written;
  private final Counter refused;
  private final ConnectionFactory connections;
  private final List<EventLane> lanes;
  private final ReentrantLock startingOver = new ReentrantLock();
  private volatile Session session = new Session(null);
  private volatile @Nullable DirectMessageListenerContainer container;
  private volatile boolean running;

  /** What one channel has brought that is not acknowledged yet. */
  private record Session(@Nullable Channel channel, AtomicInteger open) {
    Session(@Nullable Channel channel) {
      this(channel, new AtomicInteger());
    }
  }

  EventConsumer(
      EventStore store,
      AnalyticsProperties properties,
      TicketPublisher publisher,
      ConnectionFactory connections,
      MeterRegistry meters) {
    this.store = store;
    this.properties = properties;
    this.publisher = publisher;
    this.written = meters.counter("offstage.events.written");
    this.refused = meters.counter("offstage.events.refused");
    this.lanes =
        IntStream.range(0, properties.writers())
            .mapToObj(lane -> new EventLane(properties, this::write, this::startOver))
            .toList();
    this.connections = connections;
  }

  /** One is used once: after its channel is gone, Spring's would make up for a consumer it lost. */
  private DirectMessageListenerContainer newContainer() {
    var next = new DirectMessageListenerContainer(connections);
    next.setQueueNames(Topology.EVENTS);
    next.setAcknowledgeMode(AcknowledgeMode.MANUAL);
    next.setPrefetchCount(PREFETCHED);
    next.setMissingQueuesFatal(false);
    next.setAutoDeclare(true);
    next.setMessageListener(this);
    next.setListenerId(Topology.EVENTS);
    next.setShutdownTimeout(CLOSED_WITHIN.toMillis());
    next.afterPropertiesSet();
    return next;
  }

  @Override
  public void start() {
    if (!properties.enabled()) {
      return;
    }
    running = true;
    for (int lane = 0; lane < lanes.size(); lane++) {
      lanes.get(lane).start("events-" + lane);
    }
    var first = newContainer();
    container = first;
    first.start();
  }

  /** Ends after the writes that are under way; what was not written goes back to the broker. */
  @Override
  public void stop() {
    if (running) {
      running = false;
      log.info("No more events are taken; what is being written is ended");
      lanes.forEach(EventLane::stop);
      giveBack();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public void onMessage(Message message, @Nullable Channel given) {
    var channel = Objects.requireNonNull(given, "manual acknowledgement has a channel");
    if (!channel.equals(session.channel())) {
      session = new Session(channel);
      lanes.forEach(EventLane::clear); // what an earlier channel has brought comes again
    }
    var open = session.open();
    boolean full = open.incrementAndGet() >= PREFETCHED;
    Consumer<@Nullable String> end =
        why -> {
          open.decrementAndGet();
          if (why == null) {
            acknowledge(message, channel);
          } else {
            park(message, channel, why);
          }
        };
    var body = message.getBody();
    try {
      var parts = new EventMessage(EventWire.decode(body), body.length, lanes.size(), end).parts();
      for (int lane = 0; lane < parts.size(); lane++) {
        var part = parts.get(lane);
        if (part != null) {
          lanes.get(lane).add(part);
        }
      }
    } catch (IllegalArgumentException e) {
      end.accept(String.valueOf(e.getMessage()));
    }
    if (full) {
      lanes.forEach(EventLane::noMoreComes);
    }
  }

  private void write(List<Part> parts) {
    var result = store.write(parts.stream().map(Part::batch).toList());
    written.increment(result.events());
    refused.increment(result.rejects());
  }

  /**
   * With PostgreSQL away, what is here goes back to the broker and nothing more is taken until it
   * is there again: messages that are held for long would be taken for lost by the broker, and
   * those that come and go in a loop for poison.
   */
  private void startOver() {
    if (!startingOver.tryLock()) {
      startingOver.lock(); // another lane is about it
      startingOver.unlock();
      return;
    }
    try {
      do {
        giveBack();
        LockSupport.parkNanos(PAUSE.toNanos());
      } while (running && !(store.isPossible() && consumes()));
    } finally {
      startingOver.unlock();
    }
  }

  private boolean consumes() {
    try {
      var next = newContainer();
      container = next;
      next.start();
      return true;
    } catch (RuntimeException e) {
      log.warn("Events cannot be consumed yet: {}", e.getMessage());
      return false;
    }
  }

  /**
   * The channel goes first, and with it, at once, all that it has brought; a consumer that only
   * cancels leaves the next one to begin with later messages.
   */
  private void giveBack() {
    if (session.channel() instanceof ChannelProxy proxy) {
      try {
        proxy.getTargetChannel().close();
      } catch (IOException | TimeoutException | RuntimeException e) {
        log.debug("The channel of events was closed already: {}", e.getMessage());
      }
    }
    var old = container;
    if (old != null) {
      old.stop();
      container = null;
    }
    lanes.forEach(EventLane::clear);
    session = new Session(null);
  }

  private void park(Message message, Channel channel, String reason) {
    log.error("Parking a message of events in {}: {}", Topology.PARKED, reason);
    long tag = message.getMessageProperties().getDeliveryTag();
    publisher
        .park(message, reason)
        .thenAccept(
            parked -> {
              try {
                if (parked) {
                  channel.basicAck(tag, false);
                } else {
                  channel.basicReject(tag, false); // the broker parks it, without the reason
                }
              } catch (IOException | RuntimeException e) {
                log.debug("A parked message comes again: {}", e.getMessage());
              }
            });
  }

  private static void acknowledge(Message message, Channel channel) {
    try {
      channel.basicAck(message.getMessageProperties().getDeliveryTag(), false);
    } catch (IOException | RuntimeException e) {
      // The channel is gone: the message comes again, and its events are known by their ids.
      log.debug("Events could not be acknowledged: {}", e.getMessage());
    }
  }
}
