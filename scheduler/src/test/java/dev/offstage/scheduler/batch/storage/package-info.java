@NullMarked
package dev.offstage.scheduler.batch.storage;

import org.jspecify.annotations.NullMarked;
