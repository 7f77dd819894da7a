/**
 * The operators' port: a connector of its own, on loopback unless somebody says otherwise. What is
 * here is not to be had on any other port, and nothing else is to be had on this one.
 */
@NullMarked
package dev.offstage.scheduler.console;

import org.jspecify.annotations.NullMarked;
