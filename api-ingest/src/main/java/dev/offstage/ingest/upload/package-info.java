/**
 * Resumable uploads: one state machine, and nothing of any protocol, which are adapters in packages
 * below.
 *
 * <pre>
 * open ──all bytes are here──▶ complete ──its time is over──▶ gone
 *   └──terminated, expired, of a type that is not allowed─────▶ gone
 * </pre>
 *
 * <p>Invariants: bytes are forced before the offset that promises them is committed; an upload has
 * one writer at a time, over threads, processes and nodes; to finish is one transaction: the upload
 * is complete, its asset exists and its job is enqueued, or none of it.
 */
@NullMarked
package dev.offstage.ingest.upload;

import org.jspecify.annotations.NullMarked;
