/**
 * What runs in the processes that a measurement starts: one main class each, that does what the
 * bench asks for on standard input, line by line, until that ends. So none outlives the bench,
 * however it ends. No figure is made here but those that only the process itself can know.
 */
@NullMarked
package dev.offstage.bench.agent;

import org.jspecify.annotations.NullMarked;
