/**
 * The events inspector: the last events of a write key as they arrive, with those that were refused
 * and why; and the page that shows them. What developers open first when they integrate.
 */
@NullMarked
package dev.offstage.ingest.inspect;

import org.jspecify.annotations.NullMarked;
