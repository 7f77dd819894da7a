package dev.offstage.job;

/**
 * A job, or a whole workflow, that a job waits for.
 *
 * @param id of a job or a workflow of the same tenant
 */
public record Parent(JobId id, Condition condition, OnDiscard onDiscard) {}
