@NullMarked
package dev.offstage.scheduler.dispatch;

import org.jspecify.annotations.NullMarked;
