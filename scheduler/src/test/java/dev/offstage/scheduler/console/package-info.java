@NullMarked
package dev.offstage.scheduler.console;

import org.jspecify.annotations.NullMarked;
