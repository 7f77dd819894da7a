@NullMarked
package dev.offstage.worker.handler;

import org.jspecify.annotations.NullMarked;
