/**
 * One attempt at a claimed job: what it knows, how it is interrupted, and what its handler may do
 * and leaves on the job meanwhile (progress, log lines, steps). Never when it is run, nor how it is
 * settled.
 *
 * <p>Invariant: every write is fenced by the attempt's claim.
 */
@NullMarked
package dev.offstage.worker.attempt;

import org.jspecify.annotations.NullMarked;
