package dev.offstage.worker;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.boot.SharedConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** A worker process as an application of its own. */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(SharedConfiguration.class)
public class WorkerApplication {
  public static void main(String[] args) {
    OffstageApplication.of(WorkerApplication.class).run(args);
  }
}
