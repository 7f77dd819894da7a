/** Has everything of a user forgotten that apps have sent of them. */
@NullMarked
package dev.offstage.ingest.erasure;

import org.jspecify.annotations.NullMarked;
