/**
 * Where tickets come in: one consumer a queue. With {@code queue} the only home of AMQP.
 *
 * <p>Invariant: a ticket is acknowledged once its claim has committed or was refused, and waits at
 * most a second for room before it is given to others, so that no time-out of the broker limits how
 * long a job runs.
 */
@NullMarked
package dev.offstage.worker.consume;

import org.jspecify.annotations.NullMarked;
