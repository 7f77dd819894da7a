/**
 * The commands of {@code ops/bench}: what may be asked for, the rounds in which contenders take
 * turns, and what comes of them. How anything is measured is the contenders' own.
 */
@NullMarked
package dev.offstage.bench.command;

import org.jspecify.annotations.NullMarked;
