/** Destinations of events, as their tenant sees and changes them. */
@NullMarked
package dev.offstage.ingest.onward;

import org.jspecify.annotations.NullMarked;
