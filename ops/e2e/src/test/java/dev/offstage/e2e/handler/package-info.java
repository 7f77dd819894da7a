/**
 * A handler as somebody else would bring it: in a jar of its own, which the fault tests make of
 * this package and give to the workers that are shipped. It uses the author's interface and nothing
 * of the tests.
 */
@NullMarked
package dev.offstage.e2e.handler;

import org.jspecify.annotations.NullMarked;
