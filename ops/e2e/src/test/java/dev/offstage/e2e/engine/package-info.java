/** The engine as a whole, in this JVM, on real servers: from enqueue to settle. */
@NullMarked
package dev.offstage.e2e.engine;

import org.jspecify.annotations.NullMarked;
