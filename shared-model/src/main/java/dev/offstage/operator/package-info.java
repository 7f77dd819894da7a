/**
 * Who operates: operators, their passwords and tokens. How they log in is the console's.
 *
 * <p>Invariant: neither a password nor a token is stored, or written to a log, as it is.
 */
@NullMarked
package dev.offstage.operator;

import org.jspecify.annotations.NullMarked;
