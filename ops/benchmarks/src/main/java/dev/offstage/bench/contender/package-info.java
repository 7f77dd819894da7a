/**
 * Whom the bench compares, one class each: how its processes are started, how it is given work, and
 * how it is seen that the work is done. No figure is judged here.
 */
@NullMarked
package dev.offstage.bench.contender;

import org.jspecify.annotations.NullMarked;
