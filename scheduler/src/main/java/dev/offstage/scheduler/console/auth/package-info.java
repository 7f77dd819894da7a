/**
 * Who operates: the log-in and its sessions, tokens, and which role may do what. The scheduler's
 * one home of Spring Security.
 *
 * <p>Invariant: whoever asks at the console's port and is neither logged in nor shows a token gets
 * the log-in page, or 401, and nothing else.
 */
@NullMarked
package dev.offstage.scheduler.console.auth;

import org.jspecify.annotations.NullMarked;
