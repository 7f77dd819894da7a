package dev.offstage.ingest.enqueue;

import dev.offstage.ingest.auth.Caller;
import dev.offstage.job.JobKind;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.util.List;
import org.springframework.stereotype.Component;

/** Which kinds a caller may enqueue. */
@Component
class KindRules {
  private final EnqueueProperties properties;

  KindRules(EnqueueProperties properties) {
    this.properties = properties;
  }

  /**
   * @throws ProblemException if the caller may not enqueue jobs of this kind
   */
  void check(JobKind kind, Caller caller) {
    if (begins(kind, properties.reservedKinds())) {
      throw ProblemType.FORBIDDEN.because(
          "Jobs of the kind %s are made by Offstage only.".formatted(kind));
    }
    if (caller.owner() != null && !begins(kind, properties.ownerKinds())) {
      throw ProblemType.FORBIDDEN.because(
          "An end user's token may not enqueue jobs of the kind %s.".formatted(kind));
    }
  }

  private static boolean begins(JobKind kind, List<String> beginnings) {
    return beginnings.stream().anyMatch(kind.name()::startsWith);
  }
}
