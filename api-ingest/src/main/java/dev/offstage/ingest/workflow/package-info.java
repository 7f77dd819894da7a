/** Workflows over REST: started whole, read with their jobs, cancelled. */
@NullMarked
package dev.offstage.ingest.workflow;

import org.jspecify.annotations.NullMarked;
