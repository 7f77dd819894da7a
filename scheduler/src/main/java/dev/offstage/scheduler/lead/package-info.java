/**
 * Lets one node at a time do what need not be done twice.
 *
 * <p>Invariant: leadership is an advisory lock on the connection that the leader's queries use, so
 * that who has lost the lock cannot go on. Two leaders, for a moment, must do no harm: every
 * statement is guarded.
 */
@NullMarked
package dev.offstage.scheduler.lead;

import org.jspecify.annotations.NullMarked;
