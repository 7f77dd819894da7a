/**
 * What a push says, to whom, and when it may: the payload of {@code push.send}, and the rules that
 * need nothing but it. Knows neither tables nor providers.
 */
@NullMarked
package dev.offstage.worker.integration.push.message;

import org.jspecify.annotations.NullMarked;
