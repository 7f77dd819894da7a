/**
 * The one HTTP client for calls to the world outside, and the only home of Apache HttpComponents. A
 * call reaches public addresses only (the check stands between the name's resolution and the
 * connection, so that a name cannot lead elsewhere in between), follows no redirect, sends no
 * cookie, uses no proxy, tries once, and ends in time whatever the other side does. What comes
 * back, or does not, is an {@link dev.offstage.worker.outbound.OutboundAnswer}; whether to try
 * again is for the caller.
 */
@NullMarked
package dev.offstage.worker.outbound;

import org.jspecify.annotations.NullMarked;
