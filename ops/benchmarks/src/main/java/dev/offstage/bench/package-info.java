/**
 * Measurements that a reader can repeat, each against a known alternative in the same run: {@code
 * ops/bench NAME} runs {@code NameBench}. Nothing here is part of what is shipped.
 */
@NullMarked
package dev.offstage.bench;

import org.jspecify.annotations.NullMarked;
