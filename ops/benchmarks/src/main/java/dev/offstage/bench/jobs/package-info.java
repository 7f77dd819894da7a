/**
 * {@code ops/bench jobs}: what is asked for, the rounds in which contenders take turns, and the
 * table that comes of them. How anything is measured is the contenders' own.
 */
@NullMarked
package dev.offstage.bench.jobs;

import org.jspecify.annotations.NullMarked;
