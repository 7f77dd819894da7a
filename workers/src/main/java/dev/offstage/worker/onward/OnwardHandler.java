package dev.offstage.worker.onward;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.onward.OnwardStore;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.time.Duration;
import java.util.UUID;

/**
 * {@code onward.deliver}: sends what a destination has not got yet, batch by batch, until there is
 * nothing left. One job at a time a destination, by its unique key; a batch that was sent before
 * its position could be written is sent again.
 */
final class OnwardHandler implements JobHandler<OnwardHandler.Wish> {
  static final JobKind KIND = new JobKind("onward.deliver");

  /** A job makes room for others after so many batches. */
  private static final int MOST_BATCHES = 200;

  private final OnwardStore store;
  private final KafkaClusters clusters;
  private final int batch;

  OnwardHandler(OnwardStore store, KafkaClusters clusters, int batch) {
    this.store = store;
    this.clusters = clusters;
    this.batch = batch;
  }

  /** What the payload says. */
  record Wish(UUID destination) {}

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Class<Wish> payloadType() {
    return Wish.class;
  }

  @Override
  public Backoff backoff() {
    return new Backoff.Exponential(
        Duration.ofSeconds(1), Duration.ofMinutes(5), Backoff.DEFAULT_JITTER);
  }

  @Override
  public Outcome run(Wish wish, JobContext context) throws Exception {
    long events = 0;
    for (int n = 0; n < MOST_BATCHES && !context.isCancelled(); n++) {
      var found = store.find(context.tenant(), wish.destination());
      if (found.isEmpty() || found.get().paused()) {
        break;
      }
      var destination = found.get();
      if (!clusters.has(destination.cluster())) {
        return failed(
            destination.id(), "This worker knows no Kafka " + destination.cluster() + ".");
      }
      var next = store.next(destination, batch);
      if (next.isEmpty()) {
        break;
      }
      try {
        clusters.send(destination, next.get().events());
      } catch (KafkaClusters.NotDeliveredException e) {
        return failed(destination.id(), String.valueOf(e.getMessage()));
      }
      if (context.inTransaction(() -> store.advance(destination, next.get()))) {
        events += next.get().events().size();
      }
    }
    return new Outcome.Complete("{\"events\":" + events + "}");
  }

  private Outcome failed(UUID destination, String why) {
    store.failed(destination, why);
    return new Outcome.Retry(new JobFailure("destination-unreachable", why), null);
  }
}
