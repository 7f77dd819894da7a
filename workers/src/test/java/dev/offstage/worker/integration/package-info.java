/** Tests of what goes to the world outside, against parties that play it on this machine. */
@NullMarked
package dev.offstage.worker.integration;

import org.jspecify.annotations.NullMarked;
