/** The thin ingest API: makes things durable, answers, and leaves the work to others. */
@NullMarked
package dev.offstage.ingest;

import org.jspecify.annotations.NullMarked;
