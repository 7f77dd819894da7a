/** Answers that can also be read as a table, and CSV, which is such a table. */
@NullMarked
package dev.offstage.ingest.analytics.table;

import org.jspecify.annotations.NullMarked;
