/**
 * What operators may do, over HTTP: {@code /ops/v1}. Each act goes through {@link
 * dev.offstage.scheduler.console.act.Acts}, which writes it to the audit log in the same
 * transaction.
 */
@NullMarked
package dev.offstage.scheduler.console.api;

import org.jspecify.annotations.NullMarked;
