package dev.offstage.worker.consume;

import dev.offstage.queue.TicketPublisher;
import dev.offstage.worker.execute.Engine;
import java.util.List;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Starts and stops the worker: tickets come last and stop first. */
@Component
final class Consumers implements SmartLifecycle {
  private final Engine engine;
  private final List<PoolConsumer> consumers;
  private volatile boolean running;

  Consumers(Engine engine, TicketPublisher publisher, ConnectionFactory connections) {
    this.engine = engine;
    this.consumers =
        engine.pools().stream()
            .map(pool -> new PoolConsumer(pool, engine.lease(), publisher, connections))
            .toList();
  }

  @Override
  public void start() {
    engine.start();
    consumers.forEach(PoolConsumer::start);
    running = true;
  }

  @Override
  public void stop() {
    consumers.forEach(PoolConsumer::stop);
    engine.stop();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
