package dev.offstage.scheduler.console.auth;

import dev.offstage.audit.Actor;
import dev.offstage.operator.Operator;
import dev.offstage.operator.Role;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** An operator who has shown who it is. */
final class OperatorAuthentication extends AbstractAuthenticationToken {
  private final transient Operator operator;
  private final String via;

  /**
   * @param via page or token
   */
  OperatorAuthentication(Operator operator, String via) {
    super(
        operator.role().included().stream()
            .map(role -> new SimpleGrantedAuthority(authority(role)))
            .toList());
    this.operator = operator;
    this.via = via;
    setAuthenticated(true);
  }

  static String authority(Role role) {
    return "ROLE_" + role.name().toUpperCase(Locale.ROOT);
  }

  Actor actor() {
    return new Actor(operator.name(), via);
  }

  /** Whether somebody has logged in; else a token was shown. */
  boolean isOfPage() {
    return via.equals("page");
  }

  Operator operator() {
    return operator;
  }

  @Override
  public Object getCredentials() {
    return "";
  }

  @Override
  public Operator getPrincipal() {
    return operator;
  }

  @Override
  public String getName() {
    return operator.name();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
