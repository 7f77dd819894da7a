package dev.offstage.scheduler.batch.export;

import org.jspecify.annotations.Nullable;

/**
 * What is exported of an event or a job.
 *
 * @param position reading goes on behind it
 * @param values one a column, of the column's type
 */
record Row(String position, @Nullable Object[] values) {}
