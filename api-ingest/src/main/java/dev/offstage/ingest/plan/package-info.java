/**
 * Schema watch: which events and properties there are, what apps' tracking plans say of them, and
 * rejects that are replayed after a fix.
 */
@NullMarked
package dev.offstage.ingest.plan;

import org.jspecify.annotations.NullMarked;
