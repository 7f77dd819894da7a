package dev.offstage.job;

/**
 * A job to be enqueued for when another ends: it waits for it on the same rows, so that no end goes
 * untold.
 *
 * @param payload JSON text
 */
public record Callback(Condition on, JobKind kind, String payload) {}
