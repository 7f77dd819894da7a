/**
 * Handlers of what goes to the world outside, one package for each way, and what those that call it
 * by HTTP share: a call through its host's destination.
 */
@NullMarked
package dev.offstage.worker.integration;

import org.jspecify.annotations.NullMarked;
