@NullMarked
package dev.offstage.ingest.analytics;

import org.jspecify.annotations.NullMarked;
