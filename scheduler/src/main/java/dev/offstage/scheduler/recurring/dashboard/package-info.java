/**
 * JobRunr's dashboard, on loopback and a port that nobody need know, with a password that is made
 * anew at each start. Operators reach it through the console, after their log-in.
 */
@NullMarked
package dev.offstage.scheduler.recurring.dashboard;

import org.jspecify.annotations.NullMarked;
