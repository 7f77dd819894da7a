package dev.offstage.worker.destination;

import dev.offstage.client.Announcer;
import dev.offstage.destination.DestinationRule;
import dev.offstage.destination.DestinationState;
import dev.offstage.destination.DestinationStore;
import dev.offstage.job.DestinationName;
import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Gates in PostgreSQL. Who may start by an opening is told at once. */
final class StoredGates implements Gates {
  private final DestinationStore store;
  private final Announcer announcer;

  StoredGates(DestinationStore store, Announcer announcer) {
    this.store = store;
    this.announcer = announcer;
  }

  @Override
  public List<DestinationRule> rules() {
    return store.rules();
  }

  @Override
  public List<DestinationState> troubled() {
    return store.troubled();
  }

  @Override
  public Optional<DestinationState> find(DestinationName name) {
    return store.find(name);
  }

  @Override
  public Duration shut(
      DestinationName name, String reason, Duration first, Duration atMost, int probes) {
    return store.shut(name, reason, first, atMost, probes);
  }

  @Override
  public void rest(DestinationName name, String reason, Duration time) {
    store.rest(name, reason, time);
  }

  @Override
  public void open(DestinationName name) {
    announcer.announceTouched(store.open(name));
  }

  @Override
  public void label(JobId job, DestinationName name) {
    store.label(job, name);
  }
}
