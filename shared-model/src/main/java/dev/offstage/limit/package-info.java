/**
 * Limits over the whole cluster, kept in Redis. With {@code live} the only home of Redis.
 *
 * <p>Invariant: no request fails and none waits because Redis is away; meanwhile every node keeps
 * the limits by itself.
 */
@NullMarked
package dev.offstage.limit;

import org.jspecify.annotations.NullMarked;
