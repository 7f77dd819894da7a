/**
 * RabbitMQ for whoever publishes: what is declared there, tickets, hints and gates. With {@code
 * worker.consume} the only home of AMQP.
 *
 * <p>Invariant: nothing here is the truth. A ticket says that a job may be claimed; losing one or
 * doubling one is harmless.
 */
@NullMarked
package dev.offstage.queue;

import org.jspecify.annotations.NullMarked;
