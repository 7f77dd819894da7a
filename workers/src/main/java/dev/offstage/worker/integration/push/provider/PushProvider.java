package dev.offstage.worker.integration.push.provider;

import java.util.concurrent.CompletableFuture;

/** Takes notifications to devices. */
public interface PushProvider {

  /** As {@code device.provider} has it. */
  String name();

  /**
   * Sends a notification. Never waits, and never fails: whatever goes wrong is a {@link Sending}.
   */
  CompletableFuture<Sending> send(Credential credential, Notification notification);
}
