/**
 * Turns the marks of what is to be told into deliveries, and calls jobs whose endpoint has answered
 * in the end. It sends nothing itself: a delivery is a job like any other.
 *
 * <p>Invariant: a mark goes in the transaction that makes its deliveries, so that each event is
 * delivered to each endpoint whatever dies when.
 */
@NullMarked
package dev.offstage.scheduler.tell;

import org.jspecify.annotations.NullMarked;
