@NullMarked
package dev.offstage.scheduler.batch.erasure;

import org.jspecify.annotations.NullMarked;
