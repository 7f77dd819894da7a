package dev.offstage.e2e.engine;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.worker.WorkerApplication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** A worker and a scheduler in this JVM, with handlers that tests look into. */
final class Applications {
  private Applications() {}

  static ConfigurableApplicationContext start(
      Map<String, String> servers, Path blobs, String... more) {
    return start(List.of(ProbeHandlers.class, AuthorHandlers.class), servers, blobs, more);
  }

  static ConfigurableApplicationContext start(
      List<Class<?>> handlers, Map<String, String> servers, Path blobs, String... more) {
    var arguments = new ArrayList<String>();
    servers.forEach((name, value) -> arguments.add("--" + name + "=" + value));
    arguments.add("--offstage.blob.directory=" + blobs);
    Collections.addAll(arguments, more);
    return OffstageApplication.of(WorkerApplication.class, SchedulerApplication.class)
        .sources(handlers.toArray(Class<?>[]::new))
        .web(WebApplicationType.NONE)
        .run(arguments.toArray(String[]::new));
  }
}
