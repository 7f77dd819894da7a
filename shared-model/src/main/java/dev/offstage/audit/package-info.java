/**
 * Who did what with which parameters and what came of it.
 *
 * <p>Invariant: an act and its entry are one commit, and no entry is ever changed. What is refused
 * has an entry too, in a transaction of its own, as nothing else was written.
 */
@NullMarked
package dev.offstage.audit;

import org.jspecify.annotations.NullMarked;
