/** Loops that run beside the flow of jobs: what is due, what is dead, what has passed its time. */
@NullMarked
package dev.offstage.scheduler;

import org.jspecify.annotations.NullMarked;
