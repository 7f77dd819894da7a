/** HTTP's own manners that endpoints share: entity tags and ranges. Pure: values in, values out. */
@NullMarked
package dev.offstage.ingest.http;

import org.jspecify.annotations.NullMarked;
