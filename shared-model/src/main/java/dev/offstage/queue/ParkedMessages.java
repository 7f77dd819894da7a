package dev.offstage.queue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/** Fetches messages that no worker could read, and sends them where they came from. */
@Component
public final class ParkedMessages {
  private static final String OURS = "offstage-";
  private static final String DEAD = "x-";

  private final RabbitTemplate rabbit;
  private final TicketPublisher sender;

  ParkedMessages(RabbitTemplate rabbit, TicketPublisher sender) {
    this.rabbit = rabbit;
    this.sender = sender;
  }

  /**
   * Takes messages from the broker, which forgets them once {@code keep} has returned.
   *
   * @param keep makes them durable; if it throws, the broker keeps them
   * @throws org.springframework.amqp.AmqpException if the broker is away
   */
  public void fetch(int most, Consumer<List<ParkedMessage>> keep) {
    rabbit.execute(
        channel -> {
          var taken = new ArrayList<GetResponse>();
          try {
            GetResponse next;
            while (taken.size() < most
                && (next = channel.basicGet(Topology.PARKED, false)) != null) {
              taken.add(next);
            }
            keep.accept(taken.stream().map(ParkedMessages::read).toList());
          } catch (IOException | RuntimeException e) {
            giveBack(channel, taken);
            throw e;
          }
          for (var message : taken) {
            channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
          }
          return true;
        });
  }

  private static void giveBack(Channel channel, List<GetResponse> taken) throws IOException {
    for (var message : taken) {
      channel.basicNack(message.getEnvelope().getDeliveryTag(), false, true);
    }
  }

  private static ParkedMessage read(GetResponse message) {
    var properties = message.getProps();
    var headers = new TreeMap<String, String>();
    if (properties.getHeaders() != null) {
      properties.getHeaders().forEach((name, value) -> headers.put(name, String.valueOf(value)));
    }
    var queue = headers.getOrDefault("offstage-queue", headers.get("x-first-death-queue"));
    var reason = headers.getOrDefault("offstage-reason", headers.get("x-first-death-reason"));
    return new ParkedMessage(
        queue == null ? "?" : queue,
        reason == null ? "?" : reason,
        properties.getContentType(),
        headers,
        message.getBody());
  }

  /**
   * Sends one to the queue where it was read, without what was added when it was parked.
   *
   * @return whether the broker has it for good; never fails
   */
  public CompletableFuture<Boolean> replay(ParkedMessage message) {
    var again =
        MessageBuilder.withBody(message.body()).setDeliveryMode(MessageDeliveryMode.PERSISTENT);
    if (message.contentType() != null) {
      again.setContentType(message.contentType());
    }
    for (Map.Entry<String, String> header : message.headers().entrySet()) {
      if (!header.getKey().startsWith(OURS) && !header.getKey().startsWith(DEAD)) {
        again.setHeader(header.getKey(), header.getValue());
      }
    }
    return sender.confirmed("", message.queue(), again.build());
  }
}
