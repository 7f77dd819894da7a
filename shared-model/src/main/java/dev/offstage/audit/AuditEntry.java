package dev.offstage.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it is kept.
 *
 * @param id grows; a page ends at one
 * @param parameters JSON text, as is {@code result}
 */
public record AuditEntry(
    long id,
    Instant at,
    String actor,
    String via,
    String action,
    String target,
    @Nullable String tenant,
    String parameters,
    String outcome,
    String result) {}
