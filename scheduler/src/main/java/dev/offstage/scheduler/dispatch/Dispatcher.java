package dev.offstage.scheduler.dispatch;

import dev.offstage.queue.DueListener;
import dev.offstage.queue.PoolGates;
import dev.offstage.queue.QueueProperties;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.queue.TicketQueues;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Leads the pools that nobody else leads, each on a thread of its own; stands by for the others.
 */
@Component
final class Dispatcher implements DueListener, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final DataSource dataSource;
  private final DispatchProperties properties;
  private final Map<String, PoolDispatcher> pools;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean running;

  Dispatcher(
      DataSource dataSource,
      DispatchProperties properties,
      QueueProperties queueProperties,
      TicketQueues queues,
      TicketPublisher publisher,
      PoolGates gates) {
    this.dataSource = dataSource;
    this.properties = properties;
    this.pools =
        queueProperties.names().stream()
            .map(pool -> new PoolDispatcher(pool, properties, queues, publisher, gates))
            .collect(Collectors.toMap(PoolDispatcher::pool, Function.identity()));
  }

  @Override
  public void due(String pool) {
    var dispatcher = pools.get(pool);
    if (dispatcher != null) {
      dispatcher.wake();
    }
  }

  @Override
  public void start() {
    running = true;
    for (var pool : pools.values()) {
      threads.add(Thread.ofVirtual().name("dispatch-" + pool.pool()).start(() -> run(pool)));
    }
  }

  @Override
  public void stop() {
    running = false;
    threads.forEach(Thread::interrupt);
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    threads.clear();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run(PoolDispatcher pool) {
    while (running) {
      try (var leadership = Leadership.take(dataSource, pool.pool())) {
        if (leadership != null) {
          log.info("Leading the dispatch of pool {}", pool.pool());
          pool.lead(leadership.store());
        }
      } catch (SQLException | DataAccessException e) {
        log.warn("Lost the dispatch of pool {}, trying again: {}", pool.pool(), e.getMessage());
      } catch (RuntimeException e) {
        log.error("The dispatch of pool {} failed, trying again", pool.pool(), e);
      }
      if (!pool.pause(properties.poll())) {
        return;
      }
    }
  }
}
