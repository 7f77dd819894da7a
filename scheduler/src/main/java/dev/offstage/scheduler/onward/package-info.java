/** Enqueues a job for each destination that has events to get, unless it has one already. */
@NullMarked
package dev.offstage.scheduler.onward;

import org.jspecify.annotations.NullMarked;
