package dev.offstage.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals secrets for the database and opens them again. A sealed text is {@code 1.<key
 * id>.<base64url of nonce, ciphertext and tag>}: AES-256-GCM with a random nonce of 96 bits, and
 * the place as associated data.
 */
public final class Secrets {
  static final String LACKS =
      "no key for secrets is configured (expected: offstage.secrets.keys or offstage.secrets.file)";

  private static final Logger log = LoggerFactory.getLogger(Secrets.class);
  private static final String VERSION = "1";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretProperties properties;
  private final SecureRandom random = new SecureRandom();
  private volatile Map<String, SecretKey> keys;

  /** How old the file was that they were read from. */
  private volatile @Nullable FileTime readAt;

  private Secrets(SecretProperties properties) {
    this.properties = properties;
    this.readAt = modified();
    this.keys = SecretKeys.read(properties);
  }

  /**
   * @throws RuntimeException if a key is not such, or the file cannot be read
   */
  public static Secrets of(SecretProperties properties) {
    return new Secrets(properties);
  }

  /** Why secrets can be neither sealed nor opened here; empty if they can. */
  public Optional<String> lacks() {
    return keys.isEmpty() ? Optional.of(LACKS) : Optional.empty();
  }

  /**
   * Seals a secret with the newest key, for one place.
   *
   * @throws SecretsUnavailableException if there is no key
   */
  public String seal(SecretPlace place, Secret secret) {
    var key = sealing();
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    var sealed = crypt(Cipher.ENCRYPT_MODE, key, nonce, place, secret.bytes(), 0);
    var bytes = new byte[NONCE_BYTES + sealed.length];
    System.arraycopy(nonce, 0, bytes, 0, NONCE_BYTES);
    System.arraycopy(sealed, 0, bytes, NONCE_BYTES, sealed.length);
    return VERSION
        + "."
        + key.id()
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Opens what was sealed for the same place.
   *
   * @throws SecretsUnavailableException if there is no key
   * @throws SecretUnreadableException if the text's key is not known, or it was not sealed here
   */
  public Secret open(SecretPlace place, String sealed) {
    var parts = sealed.split("\\.", -1);
    if (parts.length != 3 || !parts[0].equals(VERSION)) {
      throw new SecretUnreadableException(
          "what is stored as " + place.purpose() + " is no sealed text");
    }
    var key = opening(parts[1], place);
    try {
      var bytes = Base64.getUrlDecoder().decode(parts[2]);
      if (bytes.length > NONCE_BYTES) {
        var nonce = new byte[NONCE_BYTES];
        System.arraycopy(bytes, 0, nonce, 0, NONCE_BYTES);
        return Secret.of(crypt(Cipher.DECRYPT_MODE, key, nonce, place, bytes, NONCE_BYTES));
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      log.debug("A sealed text does not open", e);
    }
    throw new SecretUnreadableException(
        "what is stored as " + place.purpose() + " was not sealed for that row");
  }

  /** The id of the key that seals. */
  String newest() {
    return sealing().id();
  }

  /** A file that has changed may have another key in front. */
  private SecretKey sealing() {
    if (!Objects.equals(readAt, modified())) {
      readAgain();
    }
    Iterator<SecretKey> all = keys.values().iterator();
    if (!all.hasNext()) {
      throw new SecretsUnavailableException();
    }
    return all.next();
  }

  private SecretKey opening(String id, SecretPlace place) {
    if (keys.isEmpty()) {
      throw new SecretsUnavailableException();
    }
    var key = keys.get(id);
    if (key == null && properties.file() != null) {
      key = readAgain().get(id);
    }
    if (key == null) {
      throw new SecretUnreadableException(
          "what is stored as %s was sealed with the key %s, which is not configured (there are: %s)"
              .formatted(place.purpose(), id, String.join(", ", keys.keySet())));
    }
    return key;
  }

  private @Nullable FileTime modified() {
    var file = properties.file();
    try {
      return file == null ? null : Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return null; // whoever reads it will say so
    }
  }

  /** A key may have come since the start. */
  private Map<String, SecretKey> readAgain() {
    readAt = modified();
    try {
      keys = SecretKeys.read(properties);
    } catch (IllegalArgumentException | IllegalStateException e) {
      log.warn("Goes on with the keys that it has: {}", e.getMessage());
    }
    return keys;
  }

  private static byte[] crypt(
      int mode, SecretKey key, byte[] nonce, SecretPlace place, byte[] input, int offset) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(place.bytes());
      return cipher.doFinal(input, offset, input.length - offset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }
}
