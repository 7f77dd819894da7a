package dev.offstage.ingest.asset;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Signs the paths of blobs: {@code <path>?expires=<unix seconds>&signature=<key id>.<HMAC>}, where
 * the HMAC-SHA256, base64url, is over {@code <path>\n<expires>}, and the key id is the start of the
 * key's SHA-256, so that keys can be rotated without naming them.
 *
 * <p>Expiry is rounded up to a multiple of the validity: all who ask for a picture within hours get
 * the same URL, which caches thank us for.
 */
@Component
final class SignedUrls {
  private static final Pattern EXPIRES = Pattern.compile("[0-9]{1,12}");
  private static final String ALGORITHM = "HmacSHA256";

  /** What a URL's signature is worth. */
  sealed interface Verdict {
    /** Good, for so long still. */
    record Good(Duration left) implements Verdict {}

    record Expired() implements Verdict {}

    record Forged() implements Verdict {}
  }

  private final InstantSource clock;
  private final long quantum;
  private final String current;
  // By key id.
  private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();

  SignedUrls(UrlProperties properties, InstantSource clock) {
    this.clock = clock;
    this.quantum = properties.validFor().toSeconds();
    this.current = add(properties.signingKey());
    properties.previousKeys().forEach(this::add);
  }

  private String add(String base64) {
    var key = Base64.getDecoder().decode(base64);
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(key);
      var id = HexFormat.of().formatHex(hash, 0, 4);
      keys.put(id, new SecretKeySpec(key, ALGORITHM));
      return id;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds expiry and signature to an absolute path. */
  String sign(String path) {
    long valid = clock.instant().getEpochSecond() + quantum;
    long expires = Math.ceilDiv(valid, quantum) * quantum;
    return path + "?expires=" + expires + "&signature=" + signature(current, path, expires);
  }

  Verdict verify(String path, @Nullable String expires, @Nullable String signature) {
    if (expires == null || signature == null || !EXPIRES.matcher(expires).matches()) {
      return new Verdict.Forged();
    }
    int dot = signature.indexOf('.');
    var id = dot < 0 ? "" : signature.substring(0, dot);
    long until = Long.parseLong(expires);
    if (!keys.containsKey(id) || !same(signature, signature(id, path, until))) {
      return new Verdict.Forged();
    }
    long left = until - clock.instant().getEpochSecond();
    return left > 0 ? new Verdict.Good(Duration.ofSeconds(left)) : new Verdict.Expired();
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private String signature(String id, String path, long expires) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(keys.get(id));
      var hash = mac.doFinal((path + "\n" + expires).getBytes(StandardCharsets.UTF_8));
      return id + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
