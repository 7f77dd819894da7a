package dev.offstage.queue;

import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
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
  Queue gatesQueue() {
    return Topology.ownQueue("offstage.gates.");
  }

  @Bean
  Binding gatesBinding(Queue gatesQueue) {
    return BindingBuilder.bind(gatesQueue).to(new FanoutExchange(Topology.GATES));
  }

  @Bean
  DirectMessageListenerContainer gatesContainer(
      ConnectionFactory connections, Queue gatesQueue, PoolGates gates) {
    var container = new DirectMessageListenerContainer(connections);
    container.setQueues(gatesQueue);
    container.setMessageListener(gates);
    container.setMissingQueuesFatal(false);
    return container;
  }
}
