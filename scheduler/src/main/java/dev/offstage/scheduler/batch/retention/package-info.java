/**
 * The batch {@code retention}: what has passed its tenant's time. Days that are past everybody's
 * time go as whole partitions, by {@code scheduler.prune}; here goes what lies between others that
 * stay.
 *
 * <p>Invariant: rows are marked, then their bytes go, then the rows: no row that anybody finds
 * promises bytes that are gone, and no bytes are left without a row that tells of them.
 */
@NullMarked
package dev.offstage.scheduler.batch.retention;

import org.jspecify.annotations.NullMarked;
