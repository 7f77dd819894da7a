@NullMarked
package dev.offstage.ingest.analytics.table;

import org.jspecify.annotations.NullMarked;
