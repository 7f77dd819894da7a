package dev.offstage.ingest.auth;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** A {@link Caller} as Spring Security carries it. */
final class CallerAuthentication extends AbstractAuthenticationToken {
  private final transient Caller caller;

  CallerAuthentication(Caller caller) {
    super(caller.scopes().stream().map(Scope::authority).map(SimpleGrantedAuthority::new).toList());
    this.caller = caller;
    setAuthenticated(true);
  }

  @Override
  public Object getCredentials() {
    return "";
  }

  @Override
  public Caller getPrincipal() {
    return caller;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CallerAuthentication that && that.caller.equals(caller);
  }

  @Override
  public int hashCode() {
    return caller.hashCode();
  }
}
