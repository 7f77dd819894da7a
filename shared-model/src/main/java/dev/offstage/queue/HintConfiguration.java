package dev.offstage.queue;

import java.nio.charset.StandardCharsets;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.context.annotation.Bean;

/**
 * Brings hints to the application's {@link DueListener}; imported by whoever has one. No {@code
 * Configuration} by name, because the scan that every application does would find it then.
 */
public class HintConfiguration {

  @Bean
  Queue hintsQueue() {
    return Topology.ownQueue("offstage.hints.");
  }

  @Bean
  Binding hintsBinding(Queue hintsQueue) {
    return BindingBuilder.bind(hintsQueue).to(new FanoutExchange(Topology.HINTS));
  }

  @Bean
  DirectMessageListenerContainer hintsContainer(
      ConnectionFactory connections, Queue hintsQueue, DueListener listener) {
    var container = new DirectMessageListenerContainer(connections);
    container.setQueues(hintsQueue);
    container.setMissingQueuesFatal(false);
    container.setMessageListener(
        (MessageListener)
            message -> listener.due(new String(message.getBody(), StandardCharsets.US_ASCII)));
    return container;
  }
}
