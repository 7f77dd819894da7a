package dev.offstage.scheduler.tell;

import dev.offstage.store.Transience;
import dev.offstage.webhook.MarkStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Takes marks away, in the transaction that makes of them what they are for. */
@Component
final class FanOut {
  private static final Logger log = LoggerFactory.getLogger(FanOut.class);

  private final MarkStore marks;
  private final EventDeliveries deliveries;
  private final EndPushes pushes;
  private final TransactionOperations transactions;
  private final Counter told;
  private final Counter pushed;

  FanOut(
      MarkStore marks,
      EventDeliveries deliveries,
      EndPushes pushes,
      TransactionOperations transactions,
      MeterRegistry meters) {
    this.marks = marks;
    this.deliveries = deliveries;
    this.pushes = pushes;
    this.transactions = transactions;
    this.told = meters.counter("offstage.webhooks.deliveries");
    this.pushed = meters.counter("offstage.push.ends");
  }

  /**
   * Tells of the oldest marks. A mark that cannot be told on its own is set aside, so that it holds
   * up no other.
   *
   * @return how many marks are done with
   */
  int round(int limit) {
    int size = limit;
    while (true) {
      try {
        int most = size;
        return Objects.requireNonNull(transactions.execute(status -> tell(most)));
      } catch (RuntimeException e) {
        if (Transience.of(e)) {
          throw e;
        }
        if (size == 1) {
          log.error("An event cannot be told; it is set aside in webhook_mark", e);
          marks.setOldestAside(String.valueOf(e.getMessage()));
          return 1;
        }
        size = size / 2;
      }
    }
  }

  private int tell(int limit) {
    var taken = marks.take(limit);
    if (!taken.isEmpty()) {
      told.increment(deliveries.make(taken));
      pushed.increment(pushes.make(taken));
    }
    return taken.size();
  }
}
