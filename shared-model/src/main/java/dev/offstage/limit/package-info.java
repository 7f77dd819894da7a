/**
 * Quotas over the whole cluster, kept in Redis: they may be forgotten, at the price of a burst, and
 * nothing fails because Redis is away.
 */
@NullMarked
package dev.offstage.limit;

import org.jspecify.annotations.NullMarked;
