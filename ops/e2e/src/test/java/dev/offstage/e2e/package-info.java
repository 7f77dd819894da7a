/**
 * What can only be seen from outside: the rules of the architecture, and the applications as
 * processes of their own, spoken to by real clients and killed at bad moments. No test here reaches
 * into an application; it has what an app and an operator have.
 */
@NullMarked
package dev.offstage.e2e;

import org.jspecify.annotations.NullMarked;
