/** The worker pools: a ticket comes in, its job is claimed, run and settled. */
@NullMarked
package dev.offstage.worker;

import org.jspecify.annotations.NullMarked;
