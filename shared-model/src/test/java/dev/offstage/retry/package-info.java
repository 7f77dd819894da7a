@NullMarked
package dev.offstage.retry;

import org.jspecify.annotations.NullMarked;
