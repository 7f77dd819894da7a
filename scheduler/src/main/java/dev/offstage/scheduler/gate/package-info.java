/**
 * Calls those who wait at a gate that no job's end opens: one that lets so many start in a time,
 * one that operators have opened, one for a kind that a worker runs now. Gates that a job's end
 * opens are the settle's business.
 */
@NullMarked
package dev.offstage.scheduler.gate;

import org.jspecify.annotations.NullMarked;
