/**
 * Jobs that there are, over REST: read, waited for, followed live, searched and counted; cancelled
 * and redriven. New ones are {@code ingest.enqueue}'s.
 */
@NullMarked
package dev.offstage.ingest.job;

import org.jspecify.annotations.NullMarked;
