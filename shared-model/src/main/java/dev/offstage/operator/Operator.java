package dev.offstage.operator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operator.
 *
 * @param hasPassword whether it can log in; one without has tokens only
 * @param disabledAt since when it may do nothing
 */
public record Operator(
    String name, Role role, boolean hasPassword, Instant createdAt, @Nullable Instant disabledAt) {}
