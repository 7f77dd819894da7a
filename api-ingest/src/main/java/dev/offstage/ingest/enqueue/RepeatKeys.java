package dev.offstage.ingest.enqueue;

import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.problem.FieldProblem;
import dev.offstage.ingest.problem.ProblemException;
import dev.offstage.ingest.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which a repeated request is known. The store knows them by tenant; here the owner
 * becomes a part of them, so that no user can use up, or find out, another's.
 */
final class RepeatKeys {
  static final String HEADER = "Idempotency-Key";

  private static final int MAX = 128;

  private RepeatKeys() {}

  /**
   * The value of the header, quoted (draft-ietf-httpapi-idempotency-key-header) or not.
   *
   * @throws ProblemException if it is not 1 to 128 printable ASCII characters
   */
  static @Nullable String parse(@Nullable String header) {
    if (header == null) {
      return null;
    }
    var key = header.strip();
    if (key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
      key = key.substring(1, key.length() - 1);
    }
    if (key.isEmpty() || key.length() > MAX || !key.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      var expected = "%d characters (expected: 1 to %d of printable ASCII)";
      throw ProblemType.INVALID_REQUEST
          .because("The header Idempotency-Key is not valid.")
          .errors(List.of(new FieldProblem(HEADER, expected.formatted(key.length(), MAX))));
    }
    return key;
  }

  static String of(Caller caller, String key) {
    return "key:" + scope(caller) + ":" + key;
  }

  static String of(Caller caller, String key, int index) {
    return of(caller, key) + "#" + index;
  }

  static String of(Caller caller, Receipt receipt) {
    return "receipt:" + scope(caller) + ":" + receipt.install() + ":" + receipt.seq();
  }

  /** Of a fixed form, so that no owner's name can run into the key. */
  private static String scope(Caller caller) {
    if (caller.owner() == null) {
      return "";
    }
    try {
      var hash =
          MessageDigest.getInstance("SHA-256")
              .digest(caller.owner().getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
