/**
 * What handlers that call the world outside by HTTP share: a call through its host's destination.
 */
@NullMarked
package dev.offstage.worker.integration;

import org.jspecify.annotations.NullMarked;
