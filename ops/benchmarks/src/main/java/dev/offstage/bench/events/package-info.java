/** What {@code ops/bench events} measures events with: a load of them, and the bare COPY beside. */
@NullMarked
package dev.offstage.bench.events;

import org.jspecify.annotations.NullMarked;
