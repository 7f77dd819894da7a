/**
 * The batch {@code erase-user}: a person's uploads, variants, events, devices, jobs and results,
 * and what else names them, are gone; a certificate remains.
 *
 * <p>Invariant: what makes more of the person is ended first (jobs are cancelled and waited for,
 * events of before are not written any more), then what there is goes, last of all the person's id
 * in the batch's own records, in the transaction that writes the certificate. Each chunk may be
 * repeated, and counts what it did itself.
 */
@NullMarked
package dev.offstage.scheduler.batch.erasure;

import org.jspecify.annotations.NullMarked;
