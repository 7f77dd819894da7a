/**
 * Webhooks and calls from end to end: all three applications in this JVM, receivers on loopback.
 */
@NullMarked
package dev.offstage.e2e.webhook;

import org.jspecify.annotations.NullMarked;
