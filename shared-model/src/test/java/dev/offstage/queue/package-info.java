@NullMarked
package dev.offstage.queue;

import org.jspecify.annotations.NullMarked;
