package dev.offstage.worker.consume;

import dev.offstage.queue.TicketPublisher;
import dev.offstage.queue.Topology;
import dev.offstage.worker.analytics.AnalyticsProperties;
import dev.offstage.worker.analytics.EventStore;
import dev.offstage.worker.consume.EventConsumer.Tally;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Starts and stops the writing of events. */
@Component
final class EventConsumers implements SmartLifecycle {
  private final List<EventConsumer> consumers;
  private volatile boolean running;

  EventConsumers(
      EventStore store,
      AnalyticsProperties properties,
      TicketPublisher publisher,
      ConnectionFactory connections,
      MeterRegistry meters) {
    var tally = Tally.of(meters);
    this.consumers =
        IntStream.range(0, properties.enabled() ? properties.writers() : 0)
            .mapToObj(n -> n)
            .flatMap(n -> Stream.of(Topology.SMALL_EVENTS, Topology.LARGE_EVENTS))
            .map(
                queue -> new EventConsumer(queue, store, properties, publisher, tally, connections))
            .toList();
  }

  @Override
  public void start() {
    consumers.forEach(EventConsumer::start);
    running = true;
  }

  @Override
  public void stop() {
    consumers.forEach(EventConsumer::stop);
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
