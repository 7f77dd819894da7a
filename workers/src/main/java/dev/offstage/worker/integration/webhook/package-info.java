/**
 * Delivers events to tenants' endpoints as Standard Webhooks 1.0. One attempt a claim; when to try
 * again is the job's backoff.
 *
 * <p>Invariant: an attempt is in the log, and in what the endpoint's health is judged by, in a
 * transaction that commits only while the attempt owns the job.
 */
@NullMarked
package dev.offstage.worker.integration.webhook;

import org.jspecify.annotations.NullMarked;
