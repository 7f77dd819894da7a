/**
 * Who a batch is about, and the certificate of what was done.
 *
 * <p>Invariant: a certificate says what was done and by whom, but not about whom: there is only a
 * hash, which tells who knows the id that it is this one.
 */
@NullMarked
package dev.offstage.scheduler.batch.person;

import org.jspecify.annotations.NullMarked;
