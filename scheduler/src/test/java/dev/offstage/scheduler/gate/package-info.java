@NullMarked
package dev.offstage.scheduler.gate;

import org.jspecify.annotations.NullMarked;
