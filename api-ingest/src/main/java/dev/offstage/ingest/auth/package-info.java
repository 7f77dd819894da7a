/**
 * Who is calling: API keys and JWTs, turned into a {@link dev.offstage.ingest.auth.Caller}, and
 * which of them may call what. The one home of Spring Security.
 */
@NullMarked
package dev.offstage.ingest.auth;

import org.jspecify.annotations.NullMarked;
