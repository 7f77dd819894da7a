/**
 * How operators' acts are done, and written to the audit log in the same transaction; and the small
 * things that every endpoint of theirs reads.
 */
@NullMarked
package dev.offstage.scheduler.console.act;

import org.jspecify.annotations.NullMarked;
