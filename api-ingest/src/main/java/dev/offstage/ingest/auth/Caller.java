package dev.offstage.ingest.auth;

import dev.offstage.problem.ProblemType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling. A controller takes it as an argument.
 *
 * <p>Whatever is read or changed is looked up by {@code tenant = :tenant and (:owner is null or
 * owner = :owner)}, so that another's id does not exist for the caller.
 *
 * @param owner the end user; null for a server's API key, which sees the whole tenant
 */
public record Caller(String tenant, @Nullable String owner, Set<Scope> scopes) {

  /**
   * For what concerns the whole tenant.
   *
   * @throws dev.offstage.problem.ProblemException if an end user calls
   */
  public void mustBeServer() {
    if (owner != null) {
      throw ProblemType.FORBIDDEN.because("This takes a server's API key, not a user's token.");
    }
  }
}
