/**
 * Where the end users' push notifications go: tokens of apps, registered over REST, and the topics
 * that they follow. Sending is a worker's.
 *
 * <p>Invariant: one user at a time has a token. When it was registered last is PostgreSQL's time,
 * so that what a provider says of a token can be told from what happened since.
 */
@NullMarked
package dev.offstage.ingest.device;

import org.jspecify.annotations.NullMarked;
