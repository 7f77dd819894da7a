package dev.offstage.ingest.upload;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** A digest that a chunk must have. */
public final class Checksum {

  /** Digests that clients may use, by the names that tus gives them. */
  public enum Algorithm {
    SHA1("SHA-1", 20),
    SHA256("SHA-256", 32);

    private final String standardName;
    private final int size;

    Algorithm(String standardName, int size) {
      this.standardName = standardName;
      this.size = size;
    }

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Algorithm> of(String text) {
      return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
    }
  }

  private final Algorithm algorithm;
  private final byte[] digest;

  private Checksum(Algorithm algorithm, byte[] digest) {
    this.algorithm = algorithm;
    this.digest = digest;
  }

  /** Empty unless {@code base64} is base64 of a digest of the algorithm's size. */
  public static Optional<Checksum> of(Algorithm algorithm, String base64) {
    try {
      var digest = Base64.getDecoder().decode(base64);
      return digest.length == algorithm.size
          ? Optional.of(new Checksum(algorithm, digest))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  MessageDigest begin() {
    try {
      return MessageDigest.getInstance(algorithm.standardName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean matches(MessageDigest all) {
    return MessageDigest.isEqual(digest, all.digest());
  }
}
