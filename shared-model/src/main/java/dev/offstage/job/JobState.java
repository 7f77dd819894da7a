package dev.offstage.job;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The states of a job, and the one table of the moves between them. */
public enum JobState {
  /** Enqueued with a time ahead. */
  SCHEDULED,
  /** May be claimed. */
  AVAILABLE,
  /** Failed, and will be tried again when it falls due. */
  RETRYABLE,
  /** Claimed by a worker, whose lease owns it. */
  RUNNING,
  /** Waits for the jobs before it in its workflow. */
  WAITING,
  /** Done; its result stands. */
  COMPLETED,
  /** Called off by its owner or its handler. */
  CANCELLED,
  /** The dead letter: attempts spent, expired, crashed or told so. Kept, searchable, redrivable. */
  DISCARDED;

  private static final Set<JobState> CLAIMABLE = EnumSet.of(SCHEDULED, AVAILABLE, RETRYABLE);
  private static final Set<JobState> TERMINAL = EnumSet.of(COMPLETED, CANCELLED, DISCARDED);

  /** Whether a ticket may turn a job in this state into a running one. */
  public boolean isClaimable() {
    return CLAIMABLE.contains(this);
  }

  /** Whether a job in this state has ended; only an operator's redrive leads out of one. */
  public boolean isTerminal() {
    return TERMINAL.contains(this);
  }

  /** Whether a guarded verb may take a job from this state to {@code next}. */
  public boolean canBecome(JobState next) {
    return switch (this) {
      case SCHEDULED, AVAILABLE, RETRYABLE ->
          next == RUNNING || next == CANCELLED || next == DISCARDED;
      case RUNNING -> next != RUNNING && next != WAITING;
      case WAITING ->
          next == AVAILABLE || next == SCHEDULED || next == CANCELLED || next == DISCARDED;
      case DISCARDED, CANCELLED -> next == AVAILABLE;
      case COMPLETED -> false;
    };
  }

  /** As PostgreSQL and the API spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if {@code text} is no state's {@link #text()}
   */
  public static JobState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
