/** Batches, their executions and ranges, and schedules, over HTTP. */
@NullMarked
package dev.offstage.scheduler.console.bulk;

import org.jspecify.annotations.NullMarked;
