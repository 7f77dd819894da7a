/** Whether this node can serve: what readiness asks beyond PostgreSQL. */
@NullMarked
package dev.offstage.ingest.health;

import org.jspecify.annotations.NullMarked;
