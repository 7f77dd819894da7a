@NullMarked
package dev.offstage.scheduler.batch.run;

import org.jspecify.annotations.NullMarked;
