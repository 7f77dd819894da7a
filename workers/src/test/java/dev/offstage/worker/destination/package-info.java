@NullMarked
package dev.offstage.worker.destination;

import org.jspecify.annotations.NullMarked;
