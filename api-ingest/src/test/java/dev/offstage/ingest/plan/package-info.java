@NullMarked
package dev.offstage.ingest.plan;

import org.jspecify.annotations.NullMarked;
