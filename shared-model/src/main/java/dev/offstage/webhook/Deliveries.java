package dev.offstage.webhook;

import dev.offstage.client.JobClient;
import dev.offstage.job.Backoff;
import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.DestinationName;
import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Makes deliveries: for each a row with what is sent, and a job that sends it. */
@Component
public class Deliveries {
  public static final JobKind KIND = new JobKind("webhook.deliver");

  /** The schedule of Standard Webhooks; after the last wait there is one more attempt. */
  public static final Backoff SCHEDULE =
      new Backoff.Table(
          List.of(
              Duration.ofSeconds(5),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30),
              Duration.ofHours(2),
              Duration.ofHours(5),
              Duration.ofHours(10),
              Duration.ofHours(14),
              Duration.ofHours(20),
              Duration.ofHours(24)),
          0.1);

  public static final int ATTEMPTS = 10;

  /** An answer may take 15 s; the rest is for what is written before and after. */
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private static final int AT_ONCE = 20;

  private final JobClient jobs;
  private final DeliveryStore store;
  private final TransactionOperations transactions;

  Deliveries(JobClient jobs, DeliveryStore store, TransactionOperations transactions) {
    this.jobs = jobs;
    this.store = store;
    this.transactions = transactions;
  }

  /** Makes deliveries, all or none: in the transaction under way, or in one of their own. */
  public List<JobId> enqueue(List<NewDelivery> deliveries) {
    if (deliveries.isEmpty()) {
      return List.of();
    }
    return transactions.execute(
        status -> {
          var ids =
              jobs.offerAll(deliveries.stream().map(Deliveries::job).toList()).stream()
                  .map(Deliveries::accepted)
                  .toList();
          store.insert(ids, deliveries);
          return ids;
        });
  }

  /** Makes deliveries of an endpoint again, in the order given. */
  public List<JobId> replay(Endpoint endpoint, List<DeliveryStore.Replayable> replayables) {
    return enqueue(replayables.stream().map(each -> each.to(endpoint)).toList());
  }

  private static NewJob job(NewDelivery delivery) {
    var key = gate(delivery.endpoint());
    return NewJob.builder(delivery.tenant(), KIND, payload(delivery))
        .maxAttempts(ATTEMPTS)
        .timeout(TIMEOUT)
        .backoff(SCHEDULE)
        .concurrency(new ConcurrencyKey(key, AT_ONCE))
        .destination(DestinationName.host(delivery.tenant(), URI.create(delivery.url())))
        .orderingKey(delivery.ordered() ? key : null)
        .build();
  }

  /** For people who look at the job; none of it needs escaping. */
  private static String payload(NewDelivery delivery) {
    return "{\"endpoint\":\"%s\",\"event\":\"%s\",\"type\":\"%s\"}"
        .formatted(delivery.endpoint(), eventId(delivery.event()), delivery.type());
  }

  private static JobId accepted(Enqueued enqueued) {
    return switch (enqueued) {
      case Enqueued.Accepted accepted -> accepted.id();
      case Enqueued.Existing existing -> existing.id();
      case Enqueued.Refused refused -> throw new IllegalStateException(refused.detail());
    };
  }

  /** The key of an endpoint's deliveries: how many run at once, in which order, and its pause. */
  static String gate(UUID endpoint) {
    return "webhook:" + endpoint;
  }

  /** An event's id as receivers see it. */
  public static String eventId(UUID event) {
    return "evt_" + event;
  }
}
