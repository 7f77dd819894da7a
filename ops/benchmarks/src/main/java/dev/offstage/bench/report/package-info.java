/**
 * What a bench says in the end: figures, each by whom or what it was measured for and round by
 * round, with their spread and with what was expected, and the machine without which they mean
 * nothing. Nothing is measured here.
 */
@NullMarked
package dev.offstage.bench.report;

import org.jspecify.annotations.NullMarked;
