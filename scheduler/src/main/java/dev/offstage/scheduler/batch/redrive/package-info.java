/** The batch {@code redrive}: ended jobs that match a filter go back, or are counted only. */
@NullMarked
package dev.offstage.scheduler.batch.redrive;

import org.jspecify.annotations.NullMarked;
