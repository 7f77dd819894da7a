/**
 * The words of the engine: what a job is, which states it has and how an attempt at it can end.
 *
 * <p>Needs the JDK and JSpecify only; nothing here does I/O or knows a vendor.
 */
@NullMarked
package dev.offstage.job;

import org.jspecify.annotations.NullMarked;
