package dev.offstage.webhook;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request of a delivery, and what came of it.
 *
 * @param requestHeaders JSON text of an object; without values that are secret
 * @param status of the answer; null if there was none
 * @param answer what of its body was read, at most 4 KB
 * @param cut whether the answer's body was longer than that
 * @param reason why it failed, stable and machine-readable; null if it was delivered
 * @param nextAt when it is tried again, if it is
 */
public record DeliveryAttempt(
    int claimNo,
    int attempt,
    Instant at,
    String url,
    String requestHeaders,
    @Nullable Integer status,
    @Nullable String answer,
    boolean cut,
    Duration duration,
    @Nullable String reason,
    @Nullable String message,
    @Nullable Instant nextAt) {}
