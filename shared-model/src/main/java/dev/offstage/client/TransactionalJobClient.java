package dev.offstage.client;

import dev.offstage.job.JobId;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.queue.Hints;
import dev.offstage.queue.PoolGates;
import dev.offstage.queue.QueueProperties;
import dev.offstage.queue.Ticket;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.store.Batcher;
import dev.offstage.store.JobIds;
import dev.offstage.store.JobRow;
import dev.offstage.store.JobStore;
import dev.offstage.trace.JobTraces;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Inserts the job, and once it is committed lets the worker pools know: by a ticket of its own
 * where the pool's gate is open, and else by a hint to the dispatcher. A job whose ticket this node
 * sends is inserted due a few seconds ahead, so that it simply falls due if the ticket is lost.
 */
@Component
final class TransactionalJobClient implements JobClient {
  /** How long a ticket has to be claimed before the dispatcher sends another. */
  private static final Duration TICKET_GRACE = Duration.ofSeconds(5);

  /** What falls due later than this, the dispatcher finds by itself. */
  private static final Duration DISPATCHERS_POLL = Duration.ofSeconds(1);

  private static final Batcher.Limits LIMITS =
      new Batcher.Limits(200, 5_000, Duration.ofSeconds(5));

  private final JobStore store;
  private final JobIds ids;
  private final QueueProperties queues;
  private final TicketPublisher tickets;
  private final Hints hints;
  private final PoolGates gates;
  private final JobTraces traces;
  private final Batcher<JobRow, JobId> inserts;

  TransactionalJobClient(
      JobStore store,
      JobIds ids,
      QueueProperties queues,
      TicketPublisher tickets,
      Hints hints,
      PoolGates gates,
      JobTraces traces) {
    this.store = store;
    this.ids = ids;
    this.queues = queues;
    this.tickets = tickets;
    this.hints = hints;
    this.gates = gates;
    this.traces = traces;
    this.inserts = new Batcher<>("enqueue", LIMITS, this::insert);
  }

  @Override
  public JobId enqueue(NewJob job) {
    var pool = queues.poolOf(job.kind());
    boolean ticketed = job.delay().isZero() && gates.tryTake(pool);
    var row =
        new JobRow(ids.next(), job, pool, ticketed ? TICKET_GRACE : job.delay(), traces.current());
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      insert(List.of(row));
    } else {
      insertInBatch(row);
    }
    afterCommit(() -> announce(row, ticketed));
    return row.id();
  }

  private List<JobId> insert(List<JobRow> rows) {
    store.insert(rows);
    return rows.stream().map(JobRow::id).toList();
  }

  private void insertInBatch(JobRow row) {
    try {
      inserts.submit(row).join();
    } catch (RejectedExecutionException e) {
      throw new TransientDataAccessResourceException("too many jobs are being enqueued", e);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static void afterCommit(Runnable announce) {
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

  private void announce(JobRow row, boolean ticketed) {
    if (ticketed) {
      var priority = row.job().priority() == Priority.HIGH ? Priority.HIGH : Priority.NORMAL;
      var unused =
          tickets.publish(
              row.pool(), priority, List.of(new Ticket(row.id(), 0, row.traceparent())));
    } else if (row.dueIn().compareTo(DISPATCHERS_POLL) < 0) {
      hints.due(row.pool());
    }
  }

  @PreDestroy
  void close() {
    inserts.close();
  }
}
