/**
 * The batch {@code backfill}: a job for each asset that matches a filter, for a new image preset,
 * say; it ends when its jobs have ended.
 */
@NullMarked
package dev.offstage.scheduler.batch.backfill;

import org.jspecify.annotations.NullMarked;
