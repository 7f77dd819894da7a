package dev.offstage.worker.integration.push.provider;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of one notification to one device. */
public sealed interface Sending {

  /** The provider has it. */
  record Sent() implements Sending {}

  /**
   * The token is dead.
   *
   * @param since if the provider says it: a token that was registered again after that lives. Null:
   *     since it was read
   */
  record Dead(String reason, @Nullable Instant since) implements Sending {}

  /** The provider will never take this notification. */
  record Refused(String reason) implements Sending {}

  /** The provider refuses who is asking: no notification of this credential gets through. */
  record Faulty(String reason) implements Sending {}

  /**
   * Not now.
   *
   * @param atLeast how long the provider wants to be left alone; null if it does not say
   * @param throttled whether it is because too much is sent, and not because of a failure
   */
  record Later(String reason, @Nullable Duration atLeast, boolean throttled) implements Sending {}
}
