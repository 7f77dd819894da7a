package dev.offstage.blob;

import java.io.IOException;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BlobProperties.class)
class BlobConfiguration {

  @Bean
  FileBlobStore blobStore(BlobProperties properties, ObjectProvider<InstantSource> time)
      throws IOException {
    return new FileBlobStore(properties.directory(), time.getIfAvailable(InstantSource::system));
  }
}
