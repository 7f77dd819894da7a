/**
 * Offstage on one machine: private servers, all three applications in one JVM, and a first key and
 * token to call them with. For trying and developing; nothing of it runs in production.
 */
@NullMarked
package dev.offstage.standalone;

import org.jspecify.annotations.NullMarked;
