@NullMarked
package dev.offstage.worker.execute;

import org.jspecify.annotations.NullMarked;
