package dev.offstage.ingest.enqueue;

import dev.offstage.job.Enqueued;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;

/** How a job that was not enqueued is answered. */
public final class EnqueueProblems {
  public static final ProblemType UNIQUE_KEY_TAKEN =
      ProblemType.of(409, "unique-key-taken", "Unique key taken");
  private static final ProblemType WORKFLOW_CLOSED =
      ProblemType.of(409, "workflow-closed", "Workflow unknown or ended");
  public static final ProblemType IDEMPOTENCY_KEY_REUSED =
      ProblemType.of(422, "idempotency-key-reused", "Idempotency key reused");
  private static final ProblemType UNKNOWN_PARENT =
      ProblemType.of(422, "unknown-parent", "Unknown parent");

  private EnqueueProblems() {}

  /** With the job that is in the way as the member {@code job}. */
  public static ProblemException of(Enqueued.Refused refused) {
    var type =
        switch (refused.reason()) {
          case UNIQUE_KEY_TAKEN -> UNIQUE_KEY_TAKEN;
          case IDEMPOTENCY_KEY_REUSED -> IDEMPOTENCY_KEY_REUSED;
          case UNKNOWN_PARENT -> UNKNOWN_PARENT;
          case WORKFLOW_CLOSED -> WORKFLOW_CLOSED;
        };
    var problem = type.because(refused.detail());
    var holder = refused.holder();
    return holder == null ? problem : problem.with("job", holder.toString());
  }
}
