/**
 * The tus resumable upload protocol, version 1.0.0, with the extensions creation,
 * creation-with-upload, creation-defer-length, expiration, checksum, termination and concatenation.
 * Only the wire: whatever happens to an upload is decided by the package above.
 *
 * @see <a href="https://tus.io/protocols/resumable-upload">The protocol</a>
 */
@NullMarked
package dev.offstage.ingest.upload.tus;

import org.jspecify.annotations.NullMarked;
