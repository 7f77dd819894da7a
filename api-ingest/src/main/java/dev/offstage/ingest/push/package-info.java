/**
 * What a backend prepares for {@code push.send}: providers' credentials, and long lists of whom to
 * send to.
 *
 * <p>Invariants: a credential is validated when it comes, sealed before it is stored, and never
 * told again. A list is never in memory as a whole, and can be sent to only once all of it has
 * come.
 */
@NullMarked
package dev.offstage.ingest.push;

import org.jspecify.annotations.NullMarked;
