/**
 * Forgets what has passed its time, and folds counts. Nothing that is live, nor anything that ended
 * within the time to keep, is ever touched; and no request waits longer than a moment for it.
 */
@NullMarked
package dev.offstage.scheduler.prune;

import org.jspecify.annotations.NullMarked;
