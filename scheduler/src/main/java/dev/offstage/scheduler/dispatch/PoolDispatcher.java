package dev.offstage.scheduler.dispatch;

import dev.offstage.store.Db;
import dev.offstage.store.DispatchStore;
import dev.offstage.store.DispatchStore.Occasion;
import dev.offstage.store.DueJob;
import dev.offstage.store.ParkingStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dispatches one pool, while it leads it. */
final class PoolDispatcher {
  private static final Logger log = LoggerFactory.getLogger(PoolDispatcher.class);

  /** Jobs that one round looks at. */
  private static final int MOST = 2_000;

  /** Tenants of a priority that one round looks at. */
  private static final int MOST_LINES = 100;

  private final String pool;
  private final DispatchProperties properties;
  private final Outlet outlet;
  private final FairShare share;
  private final Marks marks;
  private final Counter dispatched;
  private final Counter parked;

  /** Whether more was due than the queues could take. */
  private volatile boolean backlog;

  /** Whether operators have paused the pool: that more falls due is no news then. */
  private volatile boolean paused;

  /** Whether jobs that nobody runs were met: there may be many. */
  private boolean parking;

  PoolDispatcher(String pool, DispatchProperties properties, Outlet outlet, MeterRegistry meters) {
    this.pool = pool;
    this.properties = properties;
    this.outlet = outlet;
    this.share = new FairShare(properties.shares());
    this.marks = new Marks(properties.poll());
    var tags = Tags.of("pool", pool);
    this.dispatched = meters.counter("offstage.dispatch.jobs", tags);
    this.parked = meters.counter("offstage.dispatch.parked", tags);
    meters.gauge("offstage.dispatch.backlog", tags, this, d -> d.backlog ? 1 : 0);
    meters.gauge("offstage.dispatch.queued", tags, outlet, Outlet::depth);
    meters.gauge("offstage.dispatch.window", tags, outlet, Outlet::windowSize);
  }

  /** Whether a hint that something fell due is worth a round. */
  boolean heedsHints() {
    return !backlog && !paused;
  }

  /** Nodes have ticketed jobs of the pool by themselves. */
  void othersTicketed(int jobs) {
    outlet.othersTicketed(jobs);
  }

  /** One round; answers how long to rest. */
  Duration round(Db db) {
    var measured = outlet.room();
    if (measured.isEmpty()) {
      return properties.poll();
    }
    int room = Math.min(measured.getAsInt(), MOST);
    if (!backlog) {
      return look(db, room);
    }
    return room == 0 ? outlet.rest() : share(db, room);
  }

  private Duration look(Db db, int room) {
    int wanted = parking ? MOST : room + 1; // one more tells whether there is a backlog
    // Most of what has had a ticket is claimed already, so that it costs less to read the few that
    // are not than to say which they all were.
    var sight =
        DispatchStore.over(db).look(pool, wanted + outlet.ticketedJobs(), properties.parkAfter());
    paused = sight.paused();
    var runnable = runnable(db, sight.due().stream().filter(j -> !outlet.hasTicket(j)).toList());
    backlog = runnable.size() > room;
    if (backlog && room > 0) {
      return share(db, room);
    }
    if (!backlog) {
      send(runnable);
    }
    outlet.open(backlog || paused ? 0 : room - runnable.size());
    return backlog ? outlet.rest() : untilNext(sight);
  }

  private Duration untilNext(DispatchStore.Sight sight) {
    if (parking) {
      return Duration.ZERO;
    }
    var poll = properties.poll();
    return sight
        .next()
        .filter(next -> next.compareTo(poll) < 0)
        .map(next -> next.plusMillis(1))
        .orElse(poll);
  }

  /** Shares the room out where not all that is due can go. */
  private Duration share(Db db, int room) {
    var store = DispatchStore.over(db);
    var lines = store.lines(pool, share.cursors(), Math.min(room, MOST_LINES));
    boolean again = marks.beginAgain(System.nanoTime());
    var takes = share.takes(lines, room, line -> again ? null : marks.of(line));
    // Behind its mark, nothing of a line has a ticket.
    boolean marked = takes.stream().allMatch(take -> take.behind() != null);
    List<Occasion> except = marked ? List.of() : outlet.ticketed();
    var heads = store.heads(pool, takes, except, properties.parkAfter());
    var picked = share.pick(lines, runnable(db, heads), room);
    backlog = picked.size() == room || FairShare.cut(takes, heads);
    send(picked);
    if (backlog) {
      marks.pass(picked);
    } else {
      marks.clear();
    }
    outlet.open(0);
    return picked.size() == room && room < MOST ? outlet.rest() : Duration.ZERO;
  }

  private void send(List<DueJob> jobs) {
    outlet.send(jobs, backlog);
    dispatched.increment(jobs.size());
  }

  /** Those that some worker runs; the others are parked. */
  private List<DueJob> runnable(Db db, List<DueJob> due) {
    var lost = due.stream().filter(job -> !job.runnable()).map(DueJob::id).toList();
    parking = false;
    if (lost.isEmpty()) {
      return due;
    }
    int count = ParkingStore.over(db).park(lost, properties.parkAfter());
    if (count > 0) {
      log.warn("Parked {} jobs of pool {} that no worker runs", count, pool);
      parking = true;
    }
    parked.increment(count);
    return due.stream().filter(DueJob::runnable).toList();
  }
}
