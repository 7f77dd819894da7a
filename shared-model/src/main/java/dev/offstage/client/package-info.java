/**
 * Enqueueing from Java: {@link dev.offstage.client.JobClient} joins the caller's transaction, so
 * that a job and the business row it belongs to commit together or not at all.
 */
@NullMarked
package dev.offstage.client;

import org.jspecify.annotations.NullMarked;
