package dev.offstage.bench.agent;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.ingest.IngestApplication;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.worker.WorkerApplication;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/** The ingest API or a worker, as it is deployed. */
public final class EventsNode {
  private static @Nullable ConfigurableApplicationContext running;

  private EventsNode() {}

  private static ConfigurableApplicationContext context() {
    return Objects.requireNonNull(running, "nothing was started");
  }

  /** Takes the properties of either. */
  public static void main(String[] properties) throws IOException {
    new Agent()
        .with(
            "ingest",
            words -> {
              var started = OffstageApplication.of(IngestApplication.class).run(properties);
              running = started;
              started.getBean(Tenants.class).ensure("bench", "Bench");
              var key =
                  started.getBean(ApiKeys.class).issue("bench", "b", Set.of(Scope.EVENTS_WRITE));
              return started.getEnvironment().getRequiredProperty("local.server.port")
                  + " "
                  + key.text();
            })
        .with(
            "worker",
            words -> {
              running = OffstageApplication.of(WorkerApplication.class).run(properties);
              return "";
            })
        .with(
            "stop",
            words -> {
              context().close();
              return "";
            })
        .with(
            "written",
            words ->
                Long.toString(
                    (long)
                        context()
                            .getBean(MeterRegistry.class)
                            .counter("offstage.events.written")
                            .count()))
        .serve();
  }
}
