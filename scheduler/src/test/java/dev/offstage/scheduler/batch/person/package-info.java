/** A person with a bit of everything, and a look for traces of them. */
@NullMarked
package dev.offstage.scheduler.batch.person;

import org.jspecify.annotations.NullMarked;
