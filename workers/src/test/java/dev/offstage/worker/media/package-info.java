/** Tests of the media pool: real libvips, real pictures. */
@NullMarked
package dev.offstage.worker.media;

import org.jspecify.annotations.NullMarked;
