/**
 * What requests say of calls to the world outside: URLs, headers, secrets and their replacement,
 * and the payload of jobs that are calls.
 */
@NullMarked
package dev.offstage.ingest.outbound;

import org.jspecify.annotations.NullMarked;
