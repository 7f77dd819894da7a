package dev.offstage.scheduler.dispatch;

import dev.offstage.queue.DueListener;
import dev.offstage.scheduler.lead.Loop;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Leads the pools that nobody else leads, each on a thread of its own; stands by for the others.
 */
@Component
final class Dispatcher implements DueListener, SmartLifecycle {
  private record Led(PoolDispatcher dispatcher, Loop loop) {}

  private final Map<String, Led> pools = new HashMap<>();
  private volatile boolean running;

  Dispatcher(
      DataSource dataSource,
      DispatchProperties properties,
      Outlet.Broker broker,
      MeterRegistry meters) {
    for (var pool : broker.queues().names()) {
      var outlet = new Outlet(pool, properties, broker);
      var dispatcher = new PoolDispatcher(pool, properties, outlet, meters);
      var loop = new Loop("dispatch." + pool, dataSource, properties.poll(), dispatcher::round);
      pools.put(pool, new Led(dispatcher, loop));
    }
  }

  @Override
  public void due(String pool) {
    var led = pools.get(pool);
    if (led != null && led.dispatcher.heedsHints()) {
      led.loop.wake();
    }
  }

  @Override
  public void ticketed(String pool, int jobs) {
    var led = pools.get(pool);
    if (led != null) {
      led.dispatcher.othersTicketed(jobs);
    }
  }

  @Override
  public void start() {
    running = true;
    pools.values().forEach(led -> led.loop.start());
  }

  @Override
  public void stop() {
    running = false;
    pools.values().forEach(led -> led.loop.stop());
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
