/**
 * What batches are made of: steps whose chunks commit together with how far they came, with what
 * they skipped, and only while their node still owns the execution.
 */
@NullMarked
package dev.offstage.scheduler.batch.step;

import org.jspecify.annotations.NullMarked;
