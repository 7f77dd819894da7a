/**
 * Removes assets for batches, as ingest does for those that apps delete: first the row is marked,
 * from when on nobody finds it; then the bytes go; then the row. Each may be repeated, and done by
 * several at once.
 */
@NullMarked
package dev.offstage.scheduler.batch.asset;

import org.jspecify.annotations.NullMarked;
