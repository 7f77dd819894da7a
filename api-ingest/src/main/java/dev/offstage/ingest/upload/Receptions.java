package dev.offstage.ingest.upload;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The uploads that this process is writing. When it stops, each is ended before the web server
 * waits for its requests: what arrived is kept, and its client resumes elsewhere.
 */
@Component
class Receptions implements SmartLifecycle {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final ConcurrentHashMap<UUID, Reception> active = new ConcurrentHashMap<>();
  private volatile boolean running;

  void add(UUID upload, Reception reception) {
    active.put(upload, reception);
    reception.outcome().whenComplete((_, _) -> active.remove(upload, reception));
    if (!running) {
      reception.end(UploadProblems.stopping(), PATIENCE);
    }
  }

  /**
   * Ends the request that is writing the upload, if there is one: a newer one has come, so its
   * client has given it up.
   *
   * @throws dev.offstage.problem.ProblemException if it does not end in time
   */
  void supersede(UUID upload) {
    var reception = active.get(upload);
    if (reception != null && !reception.end(UploadProblems.superseded(), PATIENCE)) {
      throw UploadProblems.busy();
    }
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    active.values().forEach(each -> each.end(UploadProblems.stopping(), PATIENCE));
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
