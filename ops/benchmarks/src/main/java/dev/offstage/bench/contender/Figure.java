package dev.offstage.bench.contender;

import java.util.Locale;

/**
 * What is measured. The order is that of a round: what needs the workers away comes first, so that
 * they leave and come back once.
 */
public enum Figure {
  ENQUEUE_1("enqueue, 1 caller", Way.ENQUEUE, 1),
  ENQUEUE_16("enqueue, 16 callers", Way.ENQUEUE, 16),
  ENQUEUE_BULK("enqueue, bulk", Way.ENQUEUE, Figure.BULK),
  DRAIN("drain of waiting jobs", Way.DRAIN, Figure.BULK),
  DRAIN_SLEEP("drain, each job sleeps 5 ms", Way.DRAIN, Figure.BULK),
  DRAIN_BURN("drain, each job burns 1 ms of CPU", Way.DRAIN, Figure.BULK),
  DRAIN_HISTORY("drain, the table full of finished and scheduled jobs", Way.DRAIN, Figure.BULK),
  DRAIN_BACKLOG("drain from a backlog", Way.BACKLOG, Figure.BULK),
  END_TO_END_16("end to end, 16 callers", Way.END_TO_END, 16),
  END_TO_END_64("end to end, 64 callers", Way.END_TO_END, 64),
  END_TO_END_BULK("end to end, bulk", Way.END_TO_END, Figure.BULK),
  PICK_UP_IDLE("pick-up, one job each 100 ms", Way.PICK_UP, 1),
  PICK_UP_100("pick-up, 100 jobs/s", Way.PICK_UP, 1),
  PICK_UP_HISTORY("pick-up, one job each 100 ms, the table full", Way.PICK_UP, 1);

  /** How it is measured. */
  enum Way {
    /** The workers are away. */
    ENQUEUE,
    /** All jobs are there before the workers are. */
    DRAIN,
    /** As a drain, of more jobs than are waited for. */
    BACKLOG,
    /** The workers are there when the jobs come. */
    END_TO_END,
    /** How long jobs wait that come one by one. */
    PICK_UP
  }

  /** Stands for callers that give many jobs at once. */
  private static final int BULK = 0;

  private static final int BULK_CALLERS = 2;

  private final String title;
  private final Way way;
  private final int callers;

  Figure(String title, Way way, int callers) {
    this.title = title;
    this.way = way;
    this.callers = callers;
  }

  public String title() {
    return title;
  }

  /** As it is asked for; words from its beginning ask for it too. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether those words are its name, or the beginning of it while they are nobody's name. */
  public boolean isAskedForBy(String words) {
    for (var each : values()) {
      if (each.id().equals(words)) {
        return this == each;
      }
    }
    return id().startsWith(words + "-");
  }

  Way way() {
    return way;
  }

  /** Whether it is a time that a job waits, and less is better; else it is a rate. */
  public boolean isWait() {
    return way == Way.PICK_UP;
  }

  /** Whether it wants a table full of jobs that have finished or are scheduled ahead. */
  public boolean isAmongHistory() {
    return this == DRAIN_HISTORY || this == PICK_UP_HISTORY;
  }

  boolean isBulk() {
    return callers == BULK;
  }

  /** How many callers give work at once. */
  int callers() {
    return isBulk() ? BULK_CALLERS : callers;
  }

  /** What a worker's handlers do, in the words of its command. */
  String work() {
    return switch (this) {
      case DRAIN_SLEEP -> "SLEEP 5";
      case DRAIN_BURN -> "BURN 1";
      default -> "NOTHING 0";
    };
  }
}
