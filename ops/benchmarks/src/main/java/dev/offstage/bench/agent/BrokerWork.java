package dev.offstage.bench.agent;

import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * What RabbitMQ alone can do: a persistent message to a quorum queue, confirmed, consumed and
 * acknowledged.
 */
public final class BrokerWork {
  private static final String QUEUE = "bench.bare";
  private static final int PREFETCH = 100;
  private static final int UNCONFIRMED = 200;
  private static final long PATIENCE = TimeUnit.SECONDS.toMillis(30);

  /** Callers take a channel each in turn; what is given at once is confirmed together. */
  private record Publisher(Connection connection, Queue<Channel> idle) implements Enqueuer {
    @Override
    public void enqueue(String payload) throws Exception {
      enqueueAll(List.of(payload));
    }

    @Override
    public void enqueueAll(List<String> payloads) throws Exception {
      var channel = channel();
      for (var payload : payloads) {
        var body = payload.getBytes(StandardCharsets.UTF_8);
        channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, body);
      }
      channel.waitForConfirmsOrDie(PATIENCE);
      idle.add(channel);
    }

    @Override
    public void enqueueLater(String payload) {
      throw new UnsupportedOperationException("a broker alone does not schedule");
    }

    private Channel channel() throws IOException {
      var channel = idle.poll();
      if (channel == null) {
        channel = connection.createChannel();
        channel.confirmSelect();
      }
      return channel;
    }
  }

  private BrokerWork() {}

  /** The only argument is the URI. */
  public static void main(String[] uri) throws Exception {
    var agent = new Agent();
    var handled = new Handled();
    var factory = new ConnectionFactory();
    factory.setUri(uri[0]);
    factory.setRequestedHeartbeat(0); // while it is frozen, it gives none
    var consuming = factory.newConnection();
    declare(consuming);
    consume(consuming, handled);
    var publisher = new Publisher(factory.newConnection(), new ConcurrentLinkedQueue<>());
    handled.addTo(new Load(publisher, UNCONFIRMED).addTo(agent)).serve();
  }

  private static void declare(Connection connection) throws Exception {
    try (var channel = connection.createChannel()) {
      channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
    }
  }

  private static void consume(Connection connection, Handled handled) throws IOException {
    var channel = connection.createChannel();
    channel.basicQos(PREFETCH);
    DeliverCallback delivered =
        (tag, message) -> {
          handled.run(Payload.at(new String(message.getBody(), StandardCharsets.UTF_8)));
          channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
        };
    CancelCallback cancelled = tag -> {};
    channel.basicConsume(QUEUE, false, delivered, cancelled);
  }
}
