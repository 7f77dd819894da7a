@NullMarked
package dev.offstage.scheduler.batch.export;

import org.jspecify.annotations.NullMarked;
