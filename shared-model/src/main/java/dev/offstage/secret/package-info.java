/**
 * Credentials and secrets at rest: sealed with AES-256-GCM before they reach PostgreSQL, opened
 * only by whoever is about to use them. Never in a log, a ticket, a job's payload, a result or an
 * answer.
 *
 * <p>A sealed text is bound to its place (tenant, purpose, row): moved to another row it does not
 * open. Every table that keeps such texts has a row in {@code sealed_column}, so that a rotation
 * finds it.
 */
@NullMarked
package dev.offstage.secret;

import org.jspecify.annotations.NullMarked;
