package dev.offstage.operator;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/** Hashes passwords, with the algorithm in front of the hash, so that a better one can follow. */
@Component
public final class Passwords {
  private static final int LEAST = 12;

  /** What bcrypt reads. */
  private static final int MOST_BYTES = 72;

  private final PasswordEncoder encoder =
      PasswordEncoderFactories.createDelegatingPasswordEncoder();

  /** Compared with where there is no operator, so that it takes as long. Made when it is needed. */
  private final Supplier<String> nobody =
      SingletonSupplier.of(() -> hashed("nobody's password, whatever it is"));

  /** For whoever has no Spring. */
  public Passwords() {}

  private String hashed(String password) {
    var hash = encoder.encode(password);
    if (hash == null) {
      throw new IllegalStateException("The password was not hashed");
    }
    return hash;
  }

  /**
   * @throws IllegalArgumentException if it is too short or too long
   */
  public String hash(String password) {
    int bytes = password.getBytes(StandardCharsets.UTF_8).length;
    if (password.length() < LEAST || bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "password: %d characters, %d bytes (expected: at least %d characters, at most %d bytes)"
              .formatted(password.length(), bytes, LEAST, MOST_BYTES));
    }
    return hashed(password);
  }

  /** Whether it is that password; takes its time. */
  public boolean matches(String password, String hash) {
    return password.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES
        && encoder.matches(password, hash);
  }

  /** Takes as long as {@link #matches}, and is false. */
  public boolean matchesNobody(String password) {
    matches(password, nobody.get());
    return false;
  }
}
