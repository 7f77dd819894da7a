/**
 * What Offstage may call in the world outside: which URLs, addresses and headers. Whoever registers
 * a URL asks here, and the client that makes the calls asks here again; the call itself is {@code
 * dev.offstage.worker.outbound}'s.
 */
@NullMarked
package dev.offstage.outbound;

import org.jspecify.annotations.NullMarked;
