package dev.offstage.queue;

import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/**
 * Tells dispatchers that something fell due, and how much nodes ticket by themselves. Coalesced, so
 * that a thousand enqueues cost a few messages; transient, since a lost hint costs at most the
 * second until the dispatcher's own poll.
 */
@Component
public final class Hints {
  /** How long tickets are counted before they are told. */
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(
          100, TimeUnit.MILLISECONDS, Executors.newVirtualThreadPerTaskExecutor());

  private final RabbitTemplate rabbit;
  private final Map<String, Integer> ticketed = new ConcurrentHashMap<>();
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

  /**
   * Says that this node has ticketed jobs of a pool, of which the dispatcher would know nothing. Is
   * told a moment later, with what others say meanwhile. Never waits.
   */
  public void ticketed(String pool, int jobs) {
    if (ticketed.merge(pool, jobs, Integer::sum) == jobs) {
      LATER.execute(() -> tellTicketed(pool));
    }
  }

  private void tellTicketed(String pool) {
    var jobs = ticketed.remove(pool);
    if (jobs != null) {
      send(pool + " " + jobs);
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

  private void send(String hint) {
    try {
      rabbit.send(
          Topology.HINTS,
          "",
          MessageBuilder.withBody(hint.getBytes(StandardCharsets.US_ASCII))
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
