package dev.offstage.worker.onward;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.onward.EventDestination;
import dev.offstage.onward.OnwardQueue;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import dev.offstage.worker.onward.Receiver.Failed;
import dev.offstage.worker.onward.Receiver.NotNow;
import dev.offstage.worker.onward.Receiver.Taken;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code onward.deliver} and {@code onward.webhook}: sends what a destination has not got yet,
 * batch by batch, until there is nothing left. One job at a time a destination, by its unique key,
 * and one batch after the other, so that order holds; a batch that was sent before its position
 * could be written is sent again.
 */
final class OnwardHandler implements JobHandler<OnwardHandler.Wish> {
  private static final Logger log = LoggerFactory.getLogger(OnwardHandler.class);

  /** A job makes room for others after so many batches. */
  private static final int MOST_BATCHES = 200;

  private final JobKind kind;
  private final Receiver receiver;
  private final OnwardQueue queue;
  private final OnwardProperties properties;

  OnwardHandler(JobKind kind, Receiver receiver, OnwardQueue queue, OnwardProperties properties) {
    this.kind = kind;
    this.receiver = receiver;
    this.queue = queue;
    this.properties = properties;
  }

  /** What the payload says. */
  record Wish(UUID destination) {}

  @Override
  public JobKind kind() {
    return kind;
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
  public Optional<String> lacks() {
    return receiver.lacks();
  }

  @Override
  public Outcome run(Wish wish, JobContext context) throws Exception {
    long events = 0;
    for (int n = 0; goesOn(n, context); n++) {
      var found = queue.open(context.tenant(), wish.destination());
      if (found.isEmpty() || !found.get().way().kind().equals(kind)) {
        break;
      }
      var destination = found.get();
      var batch = queue.next(destination, properties.batch(), properties.batchSize().toBytes());
      var result = batch.events().isEmpty() ? new Taken() : send(destination, batch, context);
      switch (result) {
        case NotNow(var outcome) -> {
          return outcome;
        }
        case Failed failed -> {
          return failed(destination, failed);
        }
        case Taken taken -> {
          if (context.inTransaction(() -> queue.advance(destination, batch))) {
            events += batch.events().size();
          }
        }
      }
      if (batch.last()) {
        break;
      }
    }
    return new Outcome.Complete("{\"events\":" + events + "}");
  }

  /** Whoever looks at the destination sees also what could not even be tried. */
  private Receiver.Result send(
      EventDestination destination, OnwardQueue.Batch batch, JobContext context) throws Exception {
    try {
      return receiver.send(destination, batch, context);
    } catch (InterruptedException | ClaimLostException e) {
      throw e;
    } catch (Exception e) {
      queue.failed(destination.id(), String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** What is left is another job's, which is enqueued within seconds. */
  private boolean goesOn(int batches, JobContext context) {
    return !context.isCancelled()
        && batches < MOST_BATCHES
        && (batches == 0 || context.timeLeft().compareTo(properties.patience()) > 0);
  }

  private Outcome failed(EventDestination destination, Failed failed) {
    queue.failed(destination.id(), failed.failure().message());
    var patience = failed.patience();
    if (patience != null && queue.giveUp(destination.id(), patience)) {
      log.warn(
          "The destination {} of {}'s events is paused: {}",
          destination.name(),
          destination.tenant(),
          failed.failure().message());
      return new Outcome.Cancel("the destination is paused: " + failed.failure().message());
    }
    return new Outcome.Retry(failed.failure(), failed.delay());
  }

  static JobFailure unreachable(String why) {
    return new JobFailure("destination-unreachable", why);
  }
}
