package dev.offstage.worker.execute;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * What this worker runs, and what it leaves to others and why. {@code DEGRADED} while it lacks
 * something, {@code OUT_OF_SERVICE} while its lease does not stand and it takes no work.
 */
@Component("worker")
final class WorkerHealth implements HealthIndicator {
  private static final Status DEGRADED = new Status("DEGRADED");

  private final Engine engine;
  private final Handlers handlers;

  WorkerHealth(Engine engine, Handlers handlers) {
    this.engine = engine;
    this.handlers = handlers;
  }

  @Override
  public Health health() {
    var health = new Health.Builder();
    if (!engine.lease().stands()) {
      health.outOfService().withDetail("lease", "not held: no heartbeat gets through");
    } else {
      health.status(handlers.lacks().isEmpty() ? Status.UP : DEGRADED);
    }
    return health
        .withDetail("id", engine.lease().id().toString())
        .withDetail("runs", handlers.kinds())
        .withDetail("lacks", handlers.lacks())
        .withDetail("running", engine.running())
        .build();
  }
}
