package dev.offstage.worker.destination;

import dev.offstage.destination.DestinationRule;
import dev.offstage.destination.DestinationState;
import dev.offstage.job.DestinationName;
import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The destinations' gates and rules, as the whole cluster has them. */
interface Gates {
  List<DestinationRule> rules();

  /** Those that are not simply open. */
  List<DestinationState> troubled();

  Optional<DestinationState> find(DestinationName name);

  /** It fails; answers for how long it is shut from now. */
  Duration shut(DestinationName name, String reason, Duration first, Duration atMost, int probes);

  /** It is to be left alone for a time. */
  void rest(DestinationName name, String reason, Duration time);

  /** It is well. */
  void open(DestinationName name);

  /** Writes down where a job goes, if that is not known. */
  void label(JobId job, DestinationName name);
}
