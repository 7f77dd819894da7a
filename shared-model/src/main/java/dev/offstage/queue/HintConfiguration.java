package dev.offstage.queue;

import java.nio.charset.StandardCharsets;
import org.springframework.amqp.core.AnonymousQueue;
import org.springframework.amqp.core.Base64UrlNamingStrategy;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.context.annotation.Bean;

/**
 * Brings hints to the application's {@link DueListener}; imported by whoever has one. Not annotated:
 * the scan that every application makes of this package must not find it.
 */
public class HintConfiguration {

  @Bean
  AnonymousQueue hintsQueue() {
    return new AnonymousQueue(new Base64UrlNamingStrategy("offstage.hints."));
  }

  @Bean
  Binding hintsBinding(AnonymousQueue hintsQueue) {
    return BindingBuilder.bind(hintsQueue).to(new FanoutExchange(Topology.HINTS));
  }

  @Bean
  DirectMessageListenerContainer hintsContainer(
      ConnectionFactory connections, AnonymousQueue hintsQueue, DueListener listener) {
    var container = new DirectMessageListenerContainer(connections);
    container.setQueues(hintsQueue);
    container.setMissingQueuesFatal(false);
    container.setMessageListener(
        (MessageListener)
            message -> listener.due(new String(message.getBody(), StandardCharsets.US_ASCII)));
    return container;
  }
}
