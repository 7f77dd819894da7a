/**
 * Reads JSON bodies and queries: strictly, bounded, and so that what was read can be stored. What
 * they mean is for others to know.
 */
@NullMarked
package dev.offstage.body;

import org.jspecify.annotations.NullMarked;
