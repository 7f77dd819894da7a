package dev.offstage.worker.media;

import dev.offstage.blob.BlobStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MediaProperties.class)
class MediaConfiguration {

  @Bean
  ImageHandler imageHandler(
      MediaProperties properties, BlobStore blobs, JdbcClient jdbc, JsonMapper json) {
    return new ImageHandler(
        ImageEngine.of(properties),
        new Wishes(properties),
        new OriginalReader(blobs, properties.maxBytes().toBytes()),
        new ImageAssets(jdbc),
        blobs,
        json);
  }
}
