@NullMarked
package dev.offstage.ingest.policy;

import org.jspecify.annotations.NullMarked;
