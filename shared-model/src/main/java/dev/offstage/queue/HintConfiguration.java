package dev.offstage.queue;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
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
  private static final Pattern HINT = Pattern.compile("(\\S+)(?: (\\d{1,9}))?");

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
            message -> tell(listener, new String(message.getBody(), StandardCharsets.US_ASCII)));
    return container;
  }

  private static void tell(DueListener listener, String hint) {
    var words = HINT.matcher(hint);
    if (words.matches() && words.group(2) != null) {
      listener.ticketed(words.group(1), Integer.parseInt(words.group(2)));
    } else {
      listener.due(hint);
    }
  }
}
