/**
 * JobRunr: the clock that fires schedules, and what shows their runs and tries them again. The one
 * home of JobRunr; its jobs are never Offstage's, nor a batch's.
 *
 * <p>Invariant: JobRunr decides nothing. Whether a tick is run, and that it is run once, is written
 * by {@code scheduler.schedule}; JobRunr may fire twice, late, or not at all.
 */
@NullMarked
package dev.offstage.scheduler.recurring;

import org.jspecify.annotations.NullMarked;
