package dev.offstage.worker.integration.push;

import dev.offstage.client.JobClient;
import dev.offstage.live.Listeners;
import dev.offstage.secret.Secrets;
import dev.offstage.store.JobIds;
import dev.offstage.worker.destination.Destinations;
import dev.offstage.worker.integration.push.provider.PushProvider;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PushProperties.class)
class PushConfiguration {

  @Bean
  Parts pushParts(JdbcClient jdbc, JsonMapper json) {
    return new Parts(jdbc, json);
  }

  @Bean
  Sender pushSender(
      JdbcClient jdbc,
      Secrets secrets,
      MeterRegistry meters,
      Parts parts,
      List<PushProvider> providers,
      Destinations destinations,
      JobIds ids) {
    return new Sender(
        new Devices(jdbc),
        new Credentials(jdbc, secrets, meters),
        parts,
        new Batch(providers),
        new DestinationLine(destinations),
        ids::now); // PostgreSQL's time
  }

  @Bean
  PushHandler pushHandler(
      JdbcClient jdbc,
      JobClient client,
      Sender sender,
      Parts parts,
      Listeners listeners,
      Secrets secrets,
      PushProperties properties,
      JsonMapper json) {
    return new PushHandler(
        new FanOut(jdbc, new Devices(jdbc), parts, client, json, properties.partsAtOnce()),
        sender,
        parts,
        new Audibility(jdbc, listeners),
        secrets,
        json);
  }

  @Bean
  PartHandler partHandler(
      JdbcClient jdbc, Parts parts, Sender sender, Secrets secrets, JsonMapper json) {
    return new PartHandler(jdbc, parts, sender, secrets, json);
  }
}
