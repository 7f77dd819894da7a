@NullMarked
package dev.offstage.scheduler.schedule;

import org.jspecify.annotations.NullMarked;
