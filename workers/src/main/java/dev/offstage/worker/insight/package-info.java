/**
 * What is seen to while events are written: which hours to roll up again, what is counted live, and
 * what tracking plans say.
 */
@NullMarked
package dev.offstage.worker.insight;

import org.jspecify.annotations.NullMarked;
