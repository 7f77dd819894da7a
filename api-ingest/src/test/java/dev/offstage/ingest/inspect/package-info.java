@NullMarked
package dev.offstage.ingest.inspect;

import org.jspecify.annotations.NullMarked;
