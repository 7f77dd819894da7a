package dev.offstage.call;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that jobs name, without what is secret of it.
 *
 * @param url what a job's path is appended to; null for a default that only signs
 */
public record CallTarget(
    String tenant,
    String name,
    @Nullable String url,
    List<String> headerNames,
    @Nullable Instant oldSecretUntil,
    Instant createdAt,
    Instant updatedAt) {
  /** Signs the calls that name no target. */
  public static final String DEFAULT = "default";
}
