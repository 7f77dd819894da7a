package dev.offstage.worker.consume;

import com.rabbitmq.client.Channel;
import dev.offstage.event.EventBatch;
import dev.offstage.event.EventWire;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.queue.Topology;
import dev.offstage.store.Transience;
import dev.offstage.worker.analytics.AnalyticsProperties;
import dev.offstage.worker.analytics.EventStore;
import dev.offstage.worker.analytics.EventStore.Written;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

/**
 * Consumes one queue of events: gathers messages, has them written in one transaction, and then
 * acknowledges them. While one transaction runs, the next is gathered; the prefetch bounds both.
 */
final class EventConsumer implements ChannelAwareMessageListener {
  private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);

  /** Of messages of at most 16 KB, and of at most 1 MB. */
  private static final int PREFETCHED_SMALL = 1_000;

  private static final int PREFETCHED_LARGE = 96;

  /** For how long a write that fails, and may yet succeed, is tried again before others are let. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private record Delivered(Message message, Channel channel, EventBatch batch) {
    int bytes() {
      return message.getBody().length;
    }

    long tag() {
      return message.getMessageProperties().getDeliveryTag();
    }
  }

  private final String queue;
  private final EventStore store;
  private final AnalyticsProperties properties;
  private final TicketPublisher publisher;
  private final Tally tally;
  private final DirectMessageListenerContainer container;
  private final BlockingQueue<Delivered> waiting = new LinkedBlockingQueue<>();
  private volatile boolean running;
  private @Nullable Thread writer;

  /** Counts what was written. */
  record Tally(Counter events, Counter rejects) {
    static Tally of(MeterRegistry meters) {
      return new Tally(
          meters.counter("offstage.events.written"), meters.counter("offstage.events.refused"));
    }

    void add(Written written) {
      events.increment(written.events());
      rejects.increment(written.rejects());
    }
  }

  EventConsumer(
      String queue,
      EventStore store,
      AnalyticsProperties properties,
      TicketPublisher publisher,
      Tally tally,
      ConnectionFactory connections) {
    this.tally = tally;
    this.queue = queue;
    this.store = store;
    this.properties = properties;
    this.publisher = publisher;
    this.container = new DirectMessageListenerContainer(connections);
    container.setQueueNames(queue);
    container.setAcknowledgeMode(AcknowledgeMode.MANUAL);
    container.setPrefetchCount(
        queue.equals(Topology.SMALL_EVENTS) ? PREFETCHED_SMALL : PREFETCHED_LARGE);
    container.setMissingQueuesFatal(false);
    container.setAutoDeclare(true);
    container.setMessageListener(this);
    container.setListenerId(queue);
    container.afterPropertiesSet();
  }

  void start() {
    running = true;
    container.start();
    writer = Thread.ofPlatform().name(queue + "-writer").start(this::run);
  }

  /** Ends after the write that is under way; what was not written goes back to the broker. */
  void stop() {
    running = false;
    var started = writer;
    writer = null;
    if (started != null) {
      started.interrupt();
      try {
        started.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    container.stop();
    waiting.clear();
  }

  @Override
  public void onMessage(Message message, @Nullable Channel given) {
    var channel = Objects.requireNonNull(given, "manual acknowledgement has a channel");
    try {
      waiting.add(new Delivered(message, channel, EventWire.decode(message.getBody())));
    } catch (IllegalArgumentException e) {
      park(message, channel, String.valueOf(e.getMessage()));
    }
  }

  private void run() {
    while (running) {
      try {
        write(gathered());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (running) {
          log.error("Events could not be written, trying again", e);
          pauseUntilPossible();
        }
      }
    }
  }

  private List<Delivered> gathered() throws InterruptedException {
    var gathered = new ArrayList<Delivered>();
    var next = waiting.take();
    long until = System.nanoTime() + properties.gather().toNanos();
    long bytes = 0;
    while (next != null) {
      gathered.add(next);
      bytes += next.bytes();
      next =
          bytes >= properties.batch().toBytes()
              ? null
              : waiting.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    return gathered;
  }

  private void write(List<Delivered> messages) {
    try {
      var batches = messages.stream().map(Delivered::batch).toList();
      tally.add(Transience.patiently(PATIENCE, () -> store.write(batches)));
      messages.forEach(EventConsumer::acknowledge);
    } catch (RuntimeException e) {
      if (Transience.of(e) || !running) {
        throw e;
      }
      // Something in one of them cannot be written: halved until it stands alone.
      if (messages.size() == 1) {
        var culprit = messages.getFirst();
        park(culprit.message(), culprit.channel(), e.toString());
      } else {
        int half = messages.size() / 2;
        write(messages.subList(0, half));
        write(messages.subList(half, messages.size()));
      }
    }
  }

  /**
   * With PostgreSQL away, what is here goes back to the broker and nothing more is taken until it
   * is there again: messages that are held for long would be taken for lost by the broker, and
   * those that come and go in a loop for poison.
   */
  private void pauseUntilPossible() {
    container.stop();
    waiting.clear();
    while (running && !store.isPossible()) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    if (running) {
      container.start();
    }
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

  private static void acknowledge(Delivered message) {
    try {
      message.channel().basicAck(message.tag(), false);
    } catch (IOException | RuntimeException e) {
      // The channel is gone: the message comes again, and its events are known by their ids.
      log.debug("Events could not be acknowledged: {}", e.getMessage());
    }
  }
}
