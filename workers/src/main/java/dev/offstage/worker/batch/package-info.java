/**
 * Parts of the scheduler's batches that run on workers, so that a big batch uses the pool that is
 * there. Each is a job: its worker's death, its retries and its place among other work are the
 * engine's business.
 */
@NullMarked
package dev.offstage.worker.batch;

import org.jspecify.annotations.NullMarked;
