package dev.offstage.queue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/**
 * Whether this node may ticket a pool's jobs itself. The pool's dispatcher says so, about once a
 * second, with a credit: so many jobs a node, for a few seconds. Without word from it (no
 * dispatcher, no broker) every gate is shut, and jobs are inserted due.
 */
@Component
public final class PoolGates implements MessageListener {
  private record Gate(AtomicInteger credit, long openUntil) {}

  private static final Pattern WORDS = Pattern.compile("(\\S+) (\\d{1,9}) (\\d{1,9})");

  private final RabbitTemplate rabbit;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  PoolGates(RabbitTemplate rabbit) {
    this.rabbit = rabbit;
  }

  /** Takes one job's credit, if the pool is open. */
  public boolean tryTake(String pool) {
    var gate = gates.get(pool);
    return gate != null
        && System.nanoTime() - gate.openUntil < 0
        && gate.credit.getAndDecrement() > 0;
  }

  /** Opens a pool on every node, or shuts it with a credit of zero. */
  public void announce(String pool, int credit, Duration openFor) {
    try {
      rabbit.send(
          Topology.GATES,
          "",
          MessageBuilder.withBody(
                  (pool + " " + credit + " " + openFor.toMillis())
                      .getBytes(StandardCharsets.US_ASCII))
              .setDeliveryMode(MessageDeliveryMode.NON_PERSISTENT)
              .build());
    } catch (AmqpException e) {
      // Unheard gates shut by themselves.
      return;
    }
  }

  @Override
  public void onMessage(Message message) {
    var words = WORDS.matcher(new String(message.getBody(), StandardCharsets.US_ASCII));
    if (words.matches()) {
      var credit = new AtomicInteger(Integer.parseInt(words.group(2)));
      long openFor = Duration.ofMillis(Long.parseLong(words.group(3))).toNanos();
      gates.put(words.group(1), new Gate(credit, System.nanoTime() + openFor));
    }
  }
}
