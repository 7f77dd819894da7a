@NullMarked
package dev.offstage.scheduler.batch;

import org.jspecify.annotations.NullMarked;
