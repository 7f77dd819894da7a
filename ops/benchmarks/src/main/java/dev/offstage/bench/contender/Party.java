package dev.offstage.bench.contender;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Who can be measured. */
public enum Party {
  OFFSTAGE,
  OFFSTAGE_HTTP,
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
}
