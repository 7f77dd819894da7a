/** Ends jobs that nobody ran before they expired, within a second of the moment. */
@NullMarked
package dev.offstage.scheduler.expire;

import org.jspecify.annotations.NullMarked;
