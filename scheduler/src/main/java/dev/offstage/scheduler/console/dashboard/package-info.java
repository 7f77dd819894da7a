/**
 * JobRunr's dashboard on the operators' port: forwards to where it is, its live updates too, what
 * the one who asks may see and do.
 */
@NullMarked
package dev.offstage.scheduler.console.dashboard;

import org.jspecify.annotations.NullMarked;
