package dev.offstage.client;

import dev.offstage.job.JobId;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.live.LiveUpdates;
import dev.offstage.queue.Hints;
import dev.offstage.queue.PoolGates;
import dev.offstage.queue.QueueProperties;
import dev.offstage.queue.Ticket;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.store.JobRow;
import dev.offstage.store.LinkedEnqueueStore;
import dev.offstage.store.Touched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Lets the worker pools know of jobs that are committed: by tickets where the pool's gate is open,
 * and else by a hint to the dispatcher. A job that this node tickets is inserted due a few seconds
 * later, so that it simply falls due if the ticket is lost.
 */
@Component
public final class Announcer {
  /** How long a ticket has to be claimed before the dispatcher sends another. */
  private static final Duration TICKET_GRACE = Duration.ofSeconds(5);

  /** What falls due later than this, the dispatcher finds by itself. */
  private static final Duration DISPATCHERS_POLL = Duration.ofSeconds(1);

  private record Queue(String pool, Priority priority) {}

  private final QueueProperties queues;
  private final TicketPublisher tickets;
  private final Hints hints;
  private final PoolGates gates;
  private final LiveUpdates live;

  Announcer(
      QueueProperties queues,
      TicketPublisher tickets,
      Hints hints,
      PoolGates gates,
      LiveUpdates live) {
    this.queues = queues;
    this.tickets = tickets;
    this.hints = hints;
    this.gates = gates;
    this.live = live;
  }

  /**
   * How much later than due a job is to be inserted. More than zero for one that {@link #announce}
   * is to ticket; that one has taken a credit of its pool's gate.
   */
  Duration grace(NewJob job, String pool) {
    boolean ours =
        !job.isLinked() && job.isDueAtOnce() && job.expiresAt() == null && gates.tryTake(pool);
    return ours ? TICKET_GRACE : Duration.ZERO;
  }

  /** What was inserted together travels together. */
  void announce(List<JobRow> rows) {
    var ours = new LinkedHashMap<Queue, List<Ticket>>();
    for (var row : rows) {
      if (row.ticketGrace().isPositive()) {
        var priority = row.job().priority() == Priority.HIGH ? Priority.HIGH : Priority.NORMAL;
        ours.computeIfAbsent(new Queue(row.pool(), priority), queue -> new ArrayList<>())
            .add(new Ticket(row.id(), 0, row.traceparent()));
      } else if (row.job().delay().compareTo(DISPATCHERS_POLL) < 0) {
        hints.due(row.pool());
      }
    }
    ours.forEach(this::send);
  }

  private void send(Queue queue, List<Ticket> all) {
    hints.ticketed(queue.pool(), all.size());
    int bundle = queues.bundleOf(queue.pool());
    for (int from = 0; from < all.size(); from += bundle) {
      var unused =
          tickets.publish(
              queue.pool(),
              queue.priority(),
              all.subList(from, Math.min(from + bundle, all.size())));
    }
  }

  void announceLinked(LinkedEnqueueStore.Answers answers) {
    answers.duePools().forEach(hints::due);
    announceTouched(answers.touched());
  }

  /** At once, or once the transaction under way on this thread has committed. */
  static void afterCommit(Runnable announce) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      announce.run();
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            announce.run();
          }
        });
  }

  /** Tells of jobs that a verb changed on the side. */
  public void announceTouched(List<Touched> touched) {
    if (touched.isEmpty()) {
      return;
    }
    var ids = new ArrayList<JobId>(touched.size());
    for (var job : touched) {
      ids.add(job.id());
      if (job.due()) {
        hints.due(job.pool());
      }
    }
    live.publish(ids);
  }
}
