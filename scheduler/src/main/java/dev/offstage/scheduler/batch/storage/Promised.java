package dev.offstage.scheduler.batch.storage;

import dev.offstage.blob.BlobKey;

/**
 * A row that promises bytes.
 *
 * @param position reading goes on behind it
 * @param what for people
 */
record Promised(
    Finding.Kind kind, String position, BlobKey blob, long bytes, String tenant, String what) {}
