/** Handlers of what goes to the world outside: one package for each way. */
@NullMarked
package dev.offstage.worker.integration;

import org.jspecify.annotations.NullMarked;
