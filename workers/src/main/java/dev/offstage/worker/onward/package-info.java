/**
 * Sends events onward, to webhooks and to Kafka: batch by batch, each person's in order, at least
 * once. The one home of Kafka's client.
 */
@NullMarked
package dev.offstage.worker.onward;

import org.jspecify.annotations.NullMarked;
