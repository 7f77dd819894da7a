/**
 * {@code email.send}: messages over SMTP, through Spring's mail sender. The one place that knows
 * Jakarta Mail.
 *
 * <p>Invariants: nothing that a payload brings can begin a header of its own, and a message that is
 * sent again after a crash has the Message-ID of the first.
 */
@NullMarked
package dev.offstage.worker.integration.email;

import org.jspecify.annotations.NullMarked;
