package dev.offstage.ingest.enqueue;

import dev.offstage.body.JsonText;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.job.IdempotencyKey;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The keys by which a repeated request is known. The store knows them by tenant; here the owner
 * becomes a part of them, so that no user can use up, or find out, another's.
 */
public final class RepeatKeys {
  public static final String HEADER = "Idempotency-Key";

  /** Of an answer: says that it is that of the first request. */
  public static final String REPLAYED = "Idempotent-Replayed";

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

  /**
   * By what a repeat of a whole request is known.
   *
   * @return null without a header
   * @throws ProblemException as {@link #parse} does
   */
  public static @Nullable IdempotencyKey of(Caller caller, @Nullable String header, JsonNode body) {
    var key = parse(header);
    return key == null ? null : new IdempotencyKey(of(caller, key), JsonText.fingerprint(body));
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
