package dev.offstage.bench.agent;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What runs jobs in this process: present or away, while the process stays warm. */
final class Crew {
  private final Supplier<? extends AutoCloseable> start;
  private @Nullable AutoCloseable present;

  Crew(Supplier<? extends AutoCloseable> start) {
    this.start = start;
  }

  /** Adds its coming and going to an agent. */
  Agent addTo(Agent agent) {
    return agent.with("start", words -> start()).with("stop", words -> stop());
  }

  private String start() {
    if (present == null) {
      present = start.get();
    }
    return "";
  }

  private String stop() throws Exception {
    if (present != null) {
      present.close();
      present = null;
    }
    return "";
  }
}
