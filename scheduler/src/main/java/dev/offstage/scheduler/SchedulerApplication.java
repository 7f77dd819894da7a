package dev.offstage.scheduler;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.boot.SharedConfiguration;
import dev.offstage.boot.WebConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** The scheduler as an application of its own; any number may run. */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import({SharedConfiguration.class, WebConfiguration.class})
public class SchedulerApplication {
  public static void main(String[] args) {
    OffstageApplication.of(SchedulerApplication.class).run(args);
  }
}
