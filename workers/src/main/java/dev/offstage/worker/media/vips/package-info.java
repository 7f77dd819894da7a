/**
 * A small binding of our own to libvips, through the foreign function and memory API: what turning
 * a photo into its variants needs, and no more. No job, no row, no preset here.
 *
 * <p>Invariants: libvips only ever reads untrusted bytes through the loaders that {@link
 * dev.offstage.worker.media.vips.Vips} unblocks; every image is closed by whoever made it; and no
 * method here leaves native memory behind that no object owns. libvips is safe on many threads, an
 * image of it is not: each belongs to the thread that opened it.
 */
@NullMarked
package dev.offstage.worker.media.vips;

import org.jspecify.annotations.NullMarked;
