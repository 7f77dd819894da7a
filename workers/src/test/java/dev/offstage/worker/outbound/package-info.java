@NullMarked
package dev.offstage.worker.outbound;

import org.jspecify.annotations.NullMarked;
