/**
 * What workers need to know of batches: how far a part came that runs on them. Everything else of
 * batches is the scheduler's.
 */
@NullMarked
package dev.offstage.batch;

import org.jspecify.annotations.NullMarked;
