package dev.offstage.scheduler.dispatch;

import dev.offstage.job.Priority;
import dev.offstage.queue.PoolGates;
import dev.offstage.queue.Ticket;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.queue.TicketQueues;
import dev.offstage.store.DispatchStore;
import dev.offstage.store.DueJob;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Dispatches one pool, while it leads it. */
final class PoolDispatcher {
  /** Gates stay open for as long as the dispatcher may be late. */
  private static final int GATE_POLLS = 3;

  private final String pool;
  private final DispatchProperties properties;
  private final TicketQueues queues;
  private final TicketPublisher publisher;
  private final PoolGates gates;
  private final Window window;
  private final Ticketed ticketed;
  private final Semaphore wake = new Semaphore(0);
  private final Queue<DueJob> refused = new ConcurrentLinkedQueue<>();
  private long sent;
  private long measuredAt = System.nanoTime();

  PoolDispatcher(
      String pool,
      DispatchProperties properties,
      TicketQueues queues,
      TicketPublisher publisher,
      PoolGates gates) {
    this.pool = pool;
    this.properties = properties;
    this.queues = queues;
    this.publisher = publisher;
    this.gates = gates;
    this.window = new Window(properties.minWindow(), properties.maxWindow());
    this.ticketed = new Ticketed(properties.reticket());
  }

  String pool() {
    return pool;
  }

  /** Something fell due. */
  void wake() {
    wake.release();
  }

  /** Waits for a while or until {@link #wake}; false if interrupted. */
  boolean pause(Duration atMost) {
    try {
      if (wake.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        wake.drainPermits();
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Dispatches until interrupted; fails when PostgreSQL, and with it the leadership, is lost. */
  void lead(DispatchStore store) {
    do {
      dispatch(store);
    } while (pause(untilNext(store)));
  }

  private Duration untilNext(DispatchStore store) {
    var poll = properties.poll();
    return store
        .nextDue(pool)
        .filter(next -> next.compareTo(poll) < 0)
        .map(next -> next.plusMillis(1))
        .orElse(poll);
  }

  private void dispatch(DispatchStore store) {
    for (var job = refused.poll(); job != null; job = refused.poll()) {
      ticketed.remove(job);
      sent--;
    }
    var depth = queues.depth(pool);
    if (depth.isEmpty()) {
      return; // the broker is away: jobs wait here, and gates shut by themselves
    }
    measure(depth.getAsLong());
    int room = window.room();
    int limit = room + ticketed.size() + 1; // one more tells whether there is a backlog
    var fresh = ticketed.without(store.due(pool, limit), System.nanoTime());
    var send = fresh.subList(0, Math.min(room, fresh.size()));
    send.forEach(this::send);
    boolean backlog = fresh.size() > send.size();
    int credit = backlog ? 0 : room - send.size();
    gates.announce(pool, credit, properties.poll().multipliedBy(GATE_POLLS));
  }

  private void measure(long depth) {
    long now = System.nanoTime();
    window.measure(depth, sent, (now - measuredAt) / 1e9);
    measuredAt = now;
    sent = 0;
  }

  private void send(DueJob job) {
    var priority = job.priority() == Priority.HIGH ? Priority.HIGH : Priority.NORMAL;
    var ticket = new Ticket(job.id(), job.claimNo(), job.traceparent());
    ticketed.add(job, System.nanoTime());
    sent++;
    var unused =
        publisher
            .publish(pool, priority, List.of(ticket))
            .thenAccept(
                confirmed -> {
                  if (!confirmed) {
                    refused.add(job);
                  }
                });
  }
}
