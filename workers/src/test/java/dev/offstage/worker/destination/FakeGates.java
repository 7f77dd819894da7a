package dev.offstage.worker.destination;

import dev.offstage.destination.DestinationRule;
import dev.offstage.destination.DestinationState;
import dev.offstage.job.DestinationName;
import dev.offstage.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;

/** Gates in memory by a clock that tests set; as DestinationGatesIT shows of PostgreSQL's. */
final class FakeGates implements Gates {
  private record Shut(Instant until, String reason, int times, @Nullable Integer probes) {}

  private final InstantSource clock;
  private final Map<DestinationName, Shut> shut = new HashMap<>();
  final List<DestinationRule> rules = new ArrayList<>();
  final Map<JobId, DestinationName> labels = new HashMap<>();
  boolean away;

  FakeGates(InstantSource clock) {
    this.clock = clock;
  }

  private void reach() {
    if (away) {
      throw new DataAccessResourceFailureException("PostgreSQL is away");
    }
  }

  @Override
  public synchronized List<DestinationRule> rules() {
    reach();
    return List.copyOf(rules);
  }

  @Override
  public synchronized List<DestinationState> troubled() {
    reach();
    return shut.keySet().stream().map(name -> find(name).orElseThrow()).toList();
  }

  @Override
  public synchronized Optional<DestinationState> find(DestinationName name) {
    reach();
    var gate = shut.get(name);
    if (gate == null) {
      return Optional.empty();
    }
    var left = Duration.between(clock.instant(), gate.until());
    boolean closed = left.isPositive();
    return Optional.of(
        new DestinationState(
            name, false, closed, !closed && gate.probes() != null, left, gate.reason(), 0, 20, 0));
  }

  @Override
  public synchronized Duration shut(
      DestinationName name, String reason, Duration first, Duration atMost, int probes) {
    reach();
    var before = shut.get(name);
    var now = clock.instant();
    var until = before == null ? now : before.until();
    if (!until.isAfter(now)) {
      int times = before == null ? 0 : before.times();
      var time = first.multipliedBy(1L << Math.min(times, 20));
      time = time.compareTo(atMost) > 0 ? atMost : time;
      until = now.plus(time);
      shut.put(name, new Shut(until, reason, times + 1, probes));
    }
    return Duration.between(now, until);
  }

  @Override
  public synchronized void rest(DestinationName name, String reason, Duration time) {
    reach();
    var before = shut.get(name);
    if (before == null || before.probes() == null) {
      shut.put(name, new Shut(clock.instant().plus(time), reason, 0, null));
    }
  }

  @Override
  public synchronized void open(DestinationName name) {
    reach();
    shut.remove(name);
  }

  @Override
  public synchronized void label(JobId job, DestinationName name) {
    reach();
    labels.putIfAbsent(job, name);
  }
}
