@NullMarked
package dev.offstage.worker.insight;

import org.jspecify.annotations.NullMarked;
