/**
 * What holds for the destinations of calls outside, and how they stand: rules by patterns of names,
 * and the gates where their jobs wait. The gate decides for the whole cluster; what a worker
 * measures of a destination is {@code dev.offstage.worker.destination}'s business.
 */
@NullMarked
package dev.offstage.destination;

import org.jspecify.annotations.NullMarked;
