package dev.offstage.scheduler.dispatch;

import dev.offstage.queue.PoolGates;
import dev.offstage.queue.QueueProperties;
import dev.offstage.queue.Ticket;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.queue.TicketQueues;
import dev.offstage.store.DispatchStore.Occasion;
import dev.offstage.store.DueJob;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * One pool's side of the broker: how much its queues may take, and what they have been given. Not
 * for concurrent use.
 */
final class Outlet {
  /** Gates stay open for as long as the dispatcher may be late. */
  private static final int GATE_POLLS = 3;

  /** What all outlets share. */
  @Component
  record Broker(
      TicketQueues depths, TicketPublisher publisher, PoolGates gates, QueueProperties queues) {}

  private final String pool;
  private final Broker broker;
  private final Duration gateOpen;
  private final Window window;
  private final Ticketed ticketed;
  private final Bundles bundles;
  private final Queue<DueJob> refused = new ConcurrentLinkedQueue<>();

  /** Jobs that nodes have ticketed since the last measurement. */
  private final AtomicLong sentByOthers = new AtomicLong();

  private long depth;
  private long sent;
  private long measuredAt = System.nanoTime();

  Outlet(String pool, DispatchProperties properties, Broker broker) {
    this.pool = pool;
    this.broker = broker;
    this.gateOpen = properties.poll().multipliedBy(GATE_POLLS);
    this.window = new Window(properties.minWindow(), properties.maxWindow());
    this.ticketed = new Ticketed(properties.reticket());
    this.bundles = new Bundles(broker.queues.bundleOf(pool));
  }

  /**
   * Asks the broker how many more jobs the pool's queues may take.
   *
   * @return empty while the broker is away: jobs wait in PostgreSQL, and gates shut by themselves
   */
  OptionalInt room() {
    for (var job = refused.poll(); job != null; job = refused.poll()) {
      ticketed.remove(job);
    }
    var messages = broker.depths.depth(pool);
    if (messages.isEmpty()) {
      return OptionalInt.empty();
    }
    long now = System.nanoTime();
    depth = bundles.depth(messages.getAsLong());
    window.measure(depth, sent + sentByOthers.getAndSet(0), (now - measuredAt) / 1e9);
    measuredAt = now;
    sent = 0;
    ticketed.forget(depth, now);
    return OptionalInt.of(window.room());
  }

  /** Counts jobs that nodes have ticketed by themselves; for any thread. */
  void othersTicketed(int jobs) {
    sentByOthers.addAndGet(jobs);
  }

  /** What needs no ticket now. */
  List<Occasion> ticketed() {
    return ticketed.occasions();
  }

  int ticketedJobs() {
    return ticketed.size();
  }

  /** Whether a job, as it is now, needs no ticket. */
  boolean hasTicket(DueJob job) {
    return ticketed.has(job);
  }

  /**
   * Sends tickets, in this order.
   *
   * @param backlog whether others wait behind these
   */
  void send(List<DueJob> jobs, boolean backlog) {
    for (var bundle : bundles.of(jobs, backlog, window.size())) {
      long now = System.nanoTime();
      bundle.jobs().forEach(job -> ticketed.add(job, now));
      bundles.sent(bundle);
      sent += bundle.jobs().size();
      var tickets =
          bundle.jobs().stream()
              .map(job -> new Ticket(job.id(), job.claimNo(), job.traceparent()))
              .toList();
      var unused =
          broker
              .publisher
              .publish(pool, bundle.queue(), tickets)
              .thenAccept(
                  confirmed -> {
                    if (!confirmed) {
                      refused.addAll(bundle.jobs());
                    }
                  });
    }
  }

  /** Lets nodes send so many jobs by themselves; zero for none. */
  void open(int credit) {
    broker.gates.announce(pool, credit, gateOpen);
  }

  /** Jobs in the queues when they were last measured. */
  long depth() {
    return depth;
  }

  /** How long the queues do without more, when they are full. */
  Duration rest() {
    return window.rest();
  }

  int windowSize() {
    return window.size();
  }
}
