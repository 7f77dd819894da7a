package dev.offstage.scheduler.batch;

import java.time.Instant;

/**
 * An item that a batch left out as it could not be done.
 *
 * @param id grows with time
 * @param item which, for people
 * @param reason for people
 */
public record BatchSkip(
    long id, long execution, String batch, String step, String item, String reason, Instant at) {}
