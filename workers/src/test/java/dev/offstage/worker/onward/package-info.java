@NullMarked
package dev.offstage.worker.onward;

import org.jspecify.annotations.NullMarked;
