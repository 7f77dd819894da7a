package dev.offstage.bench.contender;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts those who are measured. */
public final class Cast {
  private final Workplace place;
  private final Scale scale;
  private final Map<String, String> properties;
  private final boolean full;
  private @Nullable Offstage offstage;

  /**
   * @param properties of Offstage's applications
   * @param full whether measurements over a full table are wanted
   */
  public Cast(Workplace place, Scale scale, Map<String, String> properties, boolean full) {
    this.place = place;
    this.scale = scale;
    this.full = full;
    this.properties = properties;
  }

  /** Starts a product whose worker will be killed, with as much patience as it is shipped with. */
  public static Product forCrashes(Party party, Workplace place, Map<String, String> properties)
      throws Exception {
    return switch (party) {
      case OFFSTAGE -> new Offstage(place, properties);
      case JOBRUNR -> new JobRunr(place);
      case DB_SCHEDULER -> new DbScheduler(place, DbScheduler.SHORT_HEARTBEAT);
      default -> throw new IllegalArgumentException(party.id() + " (expected: a job queue)");
    };
  }

  /** Starts the processes of one; they serve. */
  public Contender start(Party party) throws Exception {
    return switch (party) {
      case OFFSTAGE -> new JobQueue(offstage(), full ? newOffstage() : null, scale);
      case OFFSTAGE_HTTP -> new JobQueue(new OffstageOverHttp(offstage()), scale);
      case JOBRUNR -> new JobQueue(new JobRunr(place), full ? new JobRunr(place) : null, scale);
      case DB_SCHEDULER ->
          new JobQueue(new DbScheduler(place), full ? new DbScheduler(place) : null, scale);
      case BARE_DATABASE -> new BareDatabase(place, scale);
      case BARE_BROKER -> new BareBroker(place, scale);
    };
  }

  /** The same applications, however they are called. */
  private Offstage offstage() throws Exception {
    var there = offstage;
    if (there == null) {
      there = newOffstage();
      offstage = there;
    }
    return there;
  }

  private Offstage newOffstage() throws Exception {
    return Offstage.thatMayBeFrozen(place, properties);
  }
}
