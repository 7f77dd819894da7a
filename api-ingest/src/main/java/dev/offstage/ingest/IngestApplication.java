package dev.offstage.ingest;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.boot.SharedConfiguration;
import dev.offstage.boot.WebConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** The ingest API as an application of its own. */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import({SharedConfiguration.class, WebConfiguration.class})
public class IngestApplication {
  public static void main(String[] args) {
    OffstageApplication.of(IngestApplication.class).run(args);
  }
}
