/** Which web pages may call the API from a browser, and which headers they may send and see. */
@NullMarked
package dev.offstage.ingest.cors;

import org.jspecify.annotations.NullMarked;
