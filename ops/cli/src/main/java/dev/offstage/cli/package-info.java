/**
 * The operators' command line: tenants and keys, rules (pauses and limits), and what waits for
 * what. Talks to PostgreSQL by the stores' verbs; whoever may log in there is an operator.
 */
@NullMarked
package dev.offstage.cli;

import org.jspecify.annotations.NullMarked;
