/** Jobs as their owners see them over REST: read, waited for, followed live. Changes none. */
@NullMarked
package dev.offstage.ingest.job;

import org.jspecify.annotations.NullMarked;
