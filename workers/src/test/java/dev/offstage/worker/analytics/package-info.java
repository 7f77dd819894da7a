@NullMarked
package dev.offstage.worker.analytics;

import org.jspecify.annotations.NullMarked;
