/**
 * Jobs that are calls of a tenant's own endpoint, as ingest and workers know them: configured
 * targets, and calls whose endpoint finishes the job later. No HTTP lives here.
 *
 * <p>Invariant: an answer that was accepted is a row. The job finds it whenever it runs next, and
 * is called for it, by whoever wrote the answer or by the scheduler.
 */
@NullMarked
package dev.offstage.call;

import org.jspecify.annotations.NullMarked;
