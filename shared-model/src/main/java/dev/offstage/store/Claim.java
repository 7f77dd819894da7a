package dev.offstage.store;

import dev.offstage.job.JobId;

/**
 * What a ticket asks for: the job, if nobody has claimed it since.
 *
 * @param claimNo the job's when the ticket was written
 */
public record Claim(JobId id, int claimNo) {}
