package dev.offstage.ingest.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The text of an API key: {@code offstage_sk_} (or {@code offstage_wk_}, a write key), 32 random
 * and 6 checksum characters, all base62. The prefix lets secret scanners recognise a leaked key
 * without asking; the checksum (CRC32 of all that stands before it) lets us refuse a mistyped or
 * made-up one without asking PostgreSQL.
 */
record ApiKeyText(String text) {
  static final String PREFIX = "offstage_";

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final Pattern FORM = Pattern.compile("offstage_[sw]k_[0-9A-Za-z]{38}");
  private static final int RANDOM = 32;
  private static final int CHECKSUM = 6;
  private static final int HINT = "offstage_sk_".length() + 4;

  /** Makes a new key; {@code random} must be fit for secrets. */
  static ApiKeyText random(boolean writeKey, RandomGenerator random) {
    var text = new StringBuilder(PREFIX).append(writeKey ? "wk_" : "sk_");
    for (int i = 0; i < RANDOM; i++) {
      text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return new ApiKeyText(text + checksum(text));
  }

  /** Whether this can be a key at all. */
  boolean isWellFormed() {
    if (!FORM.matcher(text).matches()) {
      return false;
    }
    int split = text.length() - CHECKSUM;
    return checksum(text.substring(0, split)).equals(text.substring(split));
  }

  byte[] sha256() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What may be shown to recognise the key by. */
  String hint() {
    return text.substring(0, HINT);
  }

  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "API key";
  }

  private static String checksum(CharSequence of) {
    var crc = new CRC32();
    crc.update(of.toString().getBytes(StandardCharsets.UTF_8));
    long rest = crc.getValue();
    var digits = new char[CHECKSUM];
    for (int i = CHECKSUM - 1; i >= 0; i--) {
      digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
      rest /= DIGITS.length();
    }
    return new String(digits);
  }
}
