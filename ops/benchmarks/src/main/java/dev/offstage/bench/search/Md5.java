package dev.offstage.bench.search;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** PostgreSQL's {@code md5(text)::uuid}. */
final class Md5 {
  private Md5() {}

  static UUID uuid(String text) {
    try {
      var digest = MessageDigest.getInstance("MD5");
      var bytes = ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
      return new UUID(bytes.getLong(), bytes.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
