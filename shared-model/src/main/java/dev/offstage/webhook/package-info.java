/**
 * Webhooks as all three applications know them: how a call is signed, whom a tenant wants told of
 * what, and what was told. Neither HTTP nor a thread lives here.
 *
 * <p>Invariant: what is to be told is a mark, written in the transaction in which it came about,
 * and taken away in the one that makes its deliveries, each of them a job.
 */
@NullMarked
package dev.offstage.webhook;

import org.jspecify.annotations.NullMarked;
