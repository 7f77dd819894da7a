/**
 * RabbitMQ for whoever publishes: what is declared there, tickets, hints and gates. With {@code
 * worker.consume} the only home of AMQP.
 *
 * <p>Invariant: nothing here is the truth. A ticket says that a job may be claimed; losing one or
 * doubling one is harmless. But for events, which the broker alone has from when it has confirmed
 * them until they are written: doubling one is harmless, losing one is not.
 */
@NullMarked
package dev.offstage.queue;

import org.jspecify.annotations.NullMarked;
