/**
 * The servers that Offstage needs, for development and tests: PostgreSQL, RabbitMQ and Redis,
 * private to whoever starts them. Knows nothing of Offstage's own code, and never touches a server
 * that it did not start.
 */
@NullMarked
package dev.offstage.servers;

import org.jspecify.annotations.NullMarked;
