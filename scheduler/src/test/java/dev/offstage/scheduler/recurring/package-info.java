@NullMarked
package dev.offstage.scheduler.recurring;

import org.jspecify.annotations.NullMarked;
