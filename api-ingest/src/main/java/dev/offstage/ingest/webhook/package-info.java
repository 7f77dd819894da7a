/**
 * The tenant's side of webhooks: endpoints, events of its own, deliveries and their log, replays.
 * For servers' API keys. Nothing is sent from here: what is to be told becomes a mark or a job.
 */
@NullMarked
package dev.offstage.ingest.webhook;

import org.jspecify.annotations.NullMarked;
