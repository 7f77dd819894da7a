package dev.offstage.worker.integration.email;

import dev.offstage.job.DestinationName;
import dev.offstage.worker.destination.Destinations;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EmailProperties.class)
class EmailConfiguration {

  @Bean
  EmailHandler emailHandler(
      ObjectProvider<JavaMailSender> mail,
      Destinations destinations,
      EmailProperties properties,
      JsonMapper json) {
    var sender = mail.getIfAvailable();
    var host = host(sender);
    return new EmailHandler(
        sender,
        (context, work, classify) ->
            destinations.call(
                DestinationName.of("smtp", context.tenant(), host), context, work, classify),
        properties,
        json);
  }

  private static String host(@Nullable JavaMailSender sender) {
    return sender instanceof JavaMailSenderImpl known && known.getHost() != null
        ? known.getHost()
        : "server";
  }
}
