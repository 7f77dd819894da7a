@NullMarked
package dev.offstage.worker.integration.push;

import org.jspecify.annotations.NullMarked;
