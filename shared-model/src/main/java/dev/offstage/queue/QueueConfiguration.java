package dev.offstage.queue;

import org.springframework.amqp.core.AnonymousQueue;
import org.springframework.amqp.core.Base64UrlNamingStrategy;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(QueueProperties.class)
class QueueConfiguration {

  @Bean
  Declarables offstageTopology(QueueProperties properties) {
    return Topology.declarables(properties);
  }

  @Bean
  AnonymousQueue gatesQueue() {
    return new AnonymousQueue(new Base64UrlNamingStrategy("offstage.gates."));
  }

  @Bean
  Binding gatesBinding(AnonymousQueue gatesQueue) {
    return BindingBuilder.bind(gatesQueue).to(new FanoutExchange(Topology.GATES));
  }

  @Bean
  DirectMessageListenerContainer gatesContainer(
      ConnectionFactory connections, AnonymousQueue gatesQueue, PoolGates gates) {
    var container = new DirectMessageListenerContainer(connections);
    container.setQueues(gatesQueue);
    container.setMessageListener(gates);
    container.setMissingQueuesFatal(false);
    return container;
  }
}
