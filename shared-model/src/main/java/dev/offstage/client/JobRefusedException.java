package dev.offstage.client;

import dev.offstage.job.Enqueued;

/** A job was not enqueued, for a reason that trying again does not mend. */
public final class JobRefusedException extends RuntimeException {
  private final transient Enqueued.Refused refused;

  JobRefusedException(Enqueued.Refused refused) {
    super(refused.detail());
    this.refused = refused;
  }

  public Enqueued.Refused refused() {
    return refused;
  }
}
