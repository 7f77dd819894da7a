@NullMarked
package dev.offstage.scheduler.batch.retention;

import org.jspecify.annotations.NullMarked;
