/**
 * Three kinds that do what their payload says, for smoke tests, canaries and the bench. On where
 * {@code offstage.worker.diagnostics.enabled} is true; nothing else depends on them.
 */
@NullMarked
package dev.offstage.worker.diagnostic;

import org.jspecify.annotations.NullMarked;
