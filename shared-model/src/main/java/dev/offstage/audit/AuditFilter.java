package dev.offstage.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are meant. What is null leaves none out.
 *
 * @param action such as {@code job.cancel}, or a beginning such as {@code job.*}
 * @param from at or after
 * @param to before
 */
public record AuditFilter(
    @Nullable String actor,
    @Nullable String action,
    @Nullable String target,
    @Nullable String outcome,
    @Nullable Instant from,
    @Nullable Instant to) {}
