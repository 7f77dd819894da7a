/**
 * Firebase Cloud Messaging, HTTP v1. A client of our own: Google's hides when it tries again, which
 * is the engine's to decide.
 */
@NullMarked
package dev.offstage.worker.integration.push.fcm;

import org.jspecify.annotations.NullMarked;
