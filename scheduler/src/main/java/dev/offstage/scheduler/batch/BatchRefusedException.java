package dev.offstage.scheduler.batch;

import org.jspecify.annotations.Nullable;

/** A verb that was not done, as it made no sense; nothing was changed. */
public final class BatchRefusedException extends RuntimeException {
  private final @Nullable String field;

  /**
   * @param field the parameter or member at fault; null if it is how things stand
   * @param message what is wrong and what is expected, for people
   */
  public BatchRefusedException(@Nullable String field, String message) {
    super(field == null ? message : field + ": " + message);
    this.field = field;
  }

  public @Nullable String field() {
    return field;
  }
}
