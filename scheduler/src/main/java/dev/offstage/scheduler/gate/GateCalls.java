package dev.offstage.scheduler.gate;

import dev.offstage.client.Announcer;
import dev.offstage.scheduler.lead.Cadence;
import dev.offstage.scheduler.lead.LeaderTask;
import dev.offstage.store.Db;
import dev.offstage.store.GateStore;
import dev.offstage.store.ParkingStore;
import dev.offstage.store.ParkingStore.Callable;
import dev.offstage.store.Touched;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/**
 * The loop that calls at gates. Looks each second, and to the moment at gates that are paced; now
 * and then it deletes those that nobody needs any more.
 */
@Component
final class GateCalls extends LeaderTask {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** While jobs come to a paced gate one by one, none of its beats may be lost. */
  private static final Duration EVERY_IN_USE = Duration.ofMillis(50);

  private static final Duration STANDBY = Duration.ofSeconds(5);

  /** As many as one call lets pass at a gate without limits. */
  private static final int MOST = 1_000;

  /** As many as one statement deletes. */
  private static final int IDLE = 1_000;

  private final Announcer announcer;
  private final Counter called;
  private final Paces paces = new Paces();
  private final Cadence cleaning = new Cadence(Duration.ofSeconds(10));

  GateCalls(DataSource dataSource, Announcer announcer, MeterRegistry meters) {
    super("gates", dataSource, STANDBY);
    this.announcer = announcer;
    this.called = meters.counter("offstage.gates.called");
  }

  @Override
  protected Duration round(Db db) {
    var rest = EVERY;
    if (cleaning.isTime() && GateStore.over(db).forgetIdle(IDLE) == IDLE) {
      cleaning.hasten(Duration.ZERO);
      rest = EVERY_IN_USE;
    }
    var store = ParkingStore.over(db);
    for (var gate : store.callable()) {
      rest = earlier(rest, callAt(gate, store));
    }
    return paces.inUse(System.nanoTime()) ? earlier(rest, EVERY_IN_USE) : rest;
  }

  private static Duration earlier(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Calls if it is time; answers how long until it is time again. */
  private Duration callAt(Callable gate, ParkingStore store) {
    if (gate.pace().isPresent()) {
      return paced(gate, gate.pace().get(), store);
    }
    drain(gate.served() ? () -> store.serve(gate.gate()) : () -> store.call(gate.gate()));
    return EVERY;
  }

  private Duration paced(Callable gate, Duration pace, ParkingStore store) {
    var until = paces.until(gate.gate(), System.nanoTime());
    var wait = until.compareTo(gate.opensIn()) > 0 ? until : gate.opensIn();
    if (wait.isPositive()) {
      return wait;
    }
    int jobs = announced(store.call(gate.gate()));
    paces.called(gate.gate(), jobs, pace, System.nanoTime());
    return paces.until(gate.gate(), System.nanoTime());
  }

  private void drain(Supplier<List<Touched>> call) {
    while (announced(call.get()) >= MOST) {
      // and the next thousand
    }
  }

  private int announced(List<Touched> jobs) {
    called.increment(jobs.size());
    announcer.announceTouched(jobs);
    return jobs.size();
  }
}
