/**
 * How each of the applications starts, alone or together in one process. No logic of any feature.
 */
@NullMarked
package dev.offstage.boot;

import org.jspecify.annotations.NullMarked;
