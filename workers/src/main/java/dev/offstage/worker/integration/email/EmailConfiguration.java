package dev.offstage.worker.integration.email;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSender;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EmailProperties.class)
class EmailConfiguration {

  @Bean
  EmailHandler emailHandler(
      ObjectProvider<JavaMailSender> mail, EmailProperties properties, JsonMapper json) {
    return new EmailHandler(mail.getIfAvailable(), properties, json);
  }
}
