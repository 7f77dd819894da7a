package dev.offstage.scheduler.batch.step;

/**
 * An item that cannot be done, while the others can. Thrown by a processor: it is left out, logged
 * where operators read it, and counted against the step's limit.
 */
public final class SkippedItemException extends RuntimeException {
  private final String item;

  /**
   * @param item which, for people
   * @param reason for people
   */
  public SkippedItemException(String item, String reason) {
    super(reason);
    this.item = item;
  }

  /** Which, for people. */
  public String item() {
    return item;
  }
}
