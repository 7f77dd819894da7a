/**
 * What the media pool does: {@code media.image} turns a photo into its variants and placeholders.
 * Presets, formats, limits and the reasons that an app is shown live here; no call into a native
 * library does, and no ticket, lease or claim.
 *
 * <p>Invariants: an asset's variants become visible all or none, in the transaction that the
 * attempt owns; a variant holds pixels alone, nothing of what the original's file said; an original
 * is never written.
 */
@NullMarked
package dev.offstage.worker.media;

import org.jspecify.annotations.NullMarked;
