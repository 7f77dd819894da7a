/**
 * Jobs that are calls of a tenant's own endpoint, in whatever language: signed as Standard
 * Webhooks, tried again where that may help, and finished later by the endpoint where it asks for
 * time.
 *
 * <p>Invariant: a job that waits for its endpoint holds no slot. It is scheduled for its deadline,
 * and called earlier when the answer comes.
 */
@NullMarked
package dev.offstage.worker.integration.http;

import org.jspecify.annotations.NullMarked;
