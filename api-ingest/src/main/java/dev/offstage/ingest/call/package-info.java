/**
 * Jobs of the kind {@code http.call} from the outside: the targets that they name, and the answers
 * that endpoints give later than the call.
 */
@NullMarked
package dev.offstage.ingest.call;

import org.jspecify.annotations.NullMarked;
