package dev.offstage.bench.contender;

import java.util.Locale;

/**
 * What is measured. The order is that of a round: what needs the workers away comes first, so that
 * they leave and come back once.
 */
public enum Figure {
  ENQUEUE_1("enqueue, 1 caller"),
  ENQUEUE_16("enqueue, 16 callers"),
  ENQUEUE_BULK("enqueue, bulk"),
  DRAIN("drain of waiting jobs"),
  END_TO_END_16("end to end, 16 callers"),
  END_TO_END_64("end to end, 64 callers"),
  END_TO_END_BULK("end to end, bulk"),
  PICK_UP_IDLE("pick-up, one job each 100 ms"),
  PICK_UP_100("pick-up, 100 jobs/s");

  private final String title;

  Figure(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /** As it is asked for; words from its beginning ask for it too. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether those words ask for it. */
  public boolean isAskedForBy(String words) {
    return (id() + "-").startsWith(words + "-");
  }

  /** Whether it is a time that a job waits, and less is better; else it is a rate. */
  public boolean isWait() {
    return this == PICK_UP_IDLE || this == PICK_UP_100;
  }

  /** How many callers give work at once; 2 where they give it in bulk. */
  int callers() {
    return switch (this) {
      case ENQUEUE_1 -> 1;
      case ENQUEUE_16, END_TO_END_16 -> 16;
      case END_TO_END_64 -> 64;
      default -> 2;
    };
  }
}
