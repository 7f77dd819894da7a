package dev.offstage.webhook;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What calls are signed with: {@code whsec_} and base64 of 24 to 64 bytes (Standard Webhooks). */
public final class SigningSecret {
  private static final String PREFIX = "whsec_";
  private static final String HMAC = "HmacSHA256";
  private static final int LEAST = 24;
  private static final int MOST = 64;
  private static final int LENGTH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  private SigningSecret(byte[] key) {
    this.key = key;
  }

  /** A new one. */
  public static SigningSecret random() {
    var key = new byte[LENGTH];
    RANDOM.nextBytes(key);
    return new SigningSecret(key);
  }

  /**
   * @throws IllegalArgumentException unless it is one; the message does not repeat it
   */
  public static SigningSecret of(String text) {
    if (text.startsWith(PREFIX)) {
      try {
        var key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        if (key.length >= LEAST && key.length <= MOST) {
          return new SigningSecret(key);
        }
      } catch (IllegalArgumentException e) {
        // said below, without the secret
      }
    }
    throw new IllegalArgumentException(
        "secret: not one (expected: whsec_ and base64 of 24 to 64 bytes)");
  }

  /** As it is given to whoever verifies. */
  public String text() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  byte[] sign(byte[] content) {
    try {
      var mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(content);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SigningSecret secret && Arrays.equals(secret.key, key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  /** Never the secret itself, which would end in a log. */
  @Override
  public String toString() {
    return PREFIX + "…";
  }
}
