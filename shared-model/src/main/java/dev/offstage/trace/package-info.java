/**
 * W3C trace contexts that travel with jobs: from the request, through the ticket, to the handler.
 */
@NullMarked
package dev.offstage.trace;

import org.jspecify.annotations.NullMarked;
