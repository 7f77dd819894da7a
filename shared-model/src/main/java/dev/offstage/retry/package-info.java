/** When a failed job is tried again. Pure: values in, values out. */
@NullMarked
package dev.offstage.retry;

import org.jspecify.annotations.NullMarked;
