package dev.offstage.store;

import java.util.UUID;

/** One life of one worker process. Never used again once dead. */
public record WorkerId(UUID value) {
  public static WorkerId random() {
    return new WorkerId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
