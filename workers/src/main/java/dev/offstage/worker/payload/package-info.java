/**
 * From a job's JSON to what its handler is given: lifted to the handler's version, read, validated.
 *
 * <p>Invariant: what is wrong with a payload is wrong for good. It is refused with the field and
 * what was expected, and never tried again.
 */
@NullMarked
package dev.offstage.worker.payload;

import org.jspecify.annotations.NullMarked;
