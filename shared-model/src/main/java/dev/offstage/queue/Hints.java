package dev.offstage.queue;

import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/**
 * Wakes dispatchers: something fell due. Coalesced, so that a thousand enqueues cost a few
 * messages; transient, since a lost hint costs at most the second until the dispatcher's own poll.
 */
@Component
public final class Hints {
  private final RabbitTemplate rabbit;
  private final Set<String> pools = ConcurrentHashMap.newKeySet();
  private final Semaphore wake = new Semaphore(0);
  private final Thread sender;

  Hints(RabbitTemplate rabbit) {
    this.rabbit = rabbit;
    this.sender = Thread.ofVirtual().name("hints").start(this::run);
  }

  /** Says that jobs of a pool may have fallen due. Never waits. */
  public void due(String pool) {
    if (pools.add(pool)) {
      wake.release();
    }
  }

  private void run() {
    try {
      while (true) {
        wake.acquire();
        wake.drainPermits();
        for (var pool : pools) {
          pools.remove(pool); // before the send: a job that comes now gets a hint of its own
          send(pool);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(String pool) {
    try {
      rabbit.send(
          Topology.HINTS,
          "",
          MessageBuilder.withBody(pool.getBytes(StandardCharsets.US_ASCII))
              .setDeliveryMode(MessageDeliveryMode.NON_PERSISTENT)
              .build());
    } catch (AmqpException e) {
      // The broker is away, and its health says so: the dispatcher polls.
      return;
    }
  }

  @PreDestroy
  void close() {
    sender.interrupt();
  }
}
