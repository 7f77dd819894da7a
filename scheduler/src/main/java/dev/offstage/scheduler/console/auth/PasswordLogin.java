package dev.offstage.scheduler.console.auth;

import dev.offstage.operator.Operator;
import dev.offstage.operator.Operators;
import dev.offstage.operator.Passwords;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.stereotype.Component;

/**
 * Looks at a name and a password. Whether the name is an operator's cannot be told from outside.
 */
@Component
final class PasswordLogin implements AuthenticationProvider {
  /** Hashing is made to be slow; so many at a time leave the machine to others. */
  private static final int AT_ONCE = 2;

  private static final int PATIENCE_SECONDS = 10;
  private static final int MOST_NAME = 200;

  private final Operators operators;
  private final Passwords passwords;
  private final LoginAttempts attempts;
  private final Semaphore hashing = new Semaphore(AT_ONCE, true);

  PasswordLogin(Operators operators, Passwords passwords, LoginAttempts attempts) {
    this.operators = operators;
    this.passwords = passwords;
    this.attempts = attempts;
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
  }

  @Override
  public Authentication authenticate(Authentication given) {
    var name = given.getName().length() > MOST_NAME ? "" : given.getName().replace('\0', '?');
    var password = String.valueOf(given.getCredentials());
    var address =
        given.getDetails() instanceof WebAuthenticationDetails details
            ? String.valueOf(details.getRemoteAddress())
            : "";
    if (!attempts.mayTry(name, address)) {
      throw new LockedException("too many attempts");
    }
    var operator = checked(name, password);
    if (operator.isEmpty()) {
      throw new BadCredentialsException("not a name and its password");
    }
    attempts.succeeded(name, address);
    return new OperatorAuthentication(operator.get(), "page");
  }

  private Optional<Operator> checked(String name, String password) {
    var hash = operators.passwordHash(name);
    if (!acquired()) {
      throw new LockedException("too many attempts at once");
    }
    try {
      boolean right =
          hash.isPresent()
              ? passwords.matches(password, hash.get())
              : passwords.matchesNobody(password);
      return right ? operators.find(name) : Optional.empty();
    } finally {
      hashing.release();
    }
  }

  private boolean acquired() {
    try {
      return hashing.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
