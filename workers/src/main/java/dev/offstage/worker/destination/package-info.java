/**
 * Keeps each destination of calls outside from harming the others, and from being harmed: a circuit
 * breaker, a bulkhead, a time limit and a quota around every one. The only home of Resilience4j.
 *
 * <p>What Resilience4j measures in this process leads to what holds in the whole cluster: a breaker
 * that opens shuts the destination's gate in PostgreSQL, where its jobs then wait, and a call that
 * does well opens it again. The gate decides; the breakers follow it.
 */
@NullMarked
package dev.offstage.worker.destination;

import org.jspecify.annotations.NullMarked;
