package dev.offstage.bench.contender;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who can be measured. */
public enum Party {
  OFFSTAGE,
  JOBRUNR,
  DB_SCHEDULER,
  BARE_DATABASE,
  BARE_BROKER;

  /** As it is asked for. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static List<String> ids() {
    return Arrays.stream(values()).map(Party::id).toList();
  }

  /**
   * Starts its processes; they serve.
   *
   * @param properties of Offstage's applications
   */
  public Contender start(Workplace place, Scale scale, Map<String, String> properties)
      throws Exception {
    return switch (this) {
      case OFFSTAGE -> new JobQueue(new Offstage(place, properties), scale);
      case JOBRUNR -> new JobQueue(new JobRunr(place), scale);
      case DB_SCHEDULER -> new JobQueue(new DbScheduler(place), scale);
      case BARE_DATABASE -> new BareDatabase(place, scale);
      case BARE_BROKER -> new BareBroker(place, scale);
    };
  }
}
