/**
 * How long the things of a tenant are kept, where that is not as the configuration says for all.
 */
@NullMarked
package dev.offstage.retention;

import org.jspecify.annotations.NullMarked;
