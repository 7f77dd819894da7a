/**
 * What users are told by push when their jobs end, as ingest (which stores the rules) and the
 * scheduler (which makes pushes of what the settles have marked) know it. Knows neither devices nor
 * providers: those are the handlers' of {@code push.send}.
 */
@NullMarked
package dev.offstage.push;

import org.jspecify.annotations.NullMarked;
