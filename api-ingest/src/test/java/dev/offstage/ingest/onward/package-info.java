@NullMarked
package dev.offstage.ingest.onward;

import org.jspecify.annotations.NullMarked;
