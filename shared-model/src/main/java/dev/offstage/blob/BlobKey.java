package dev.offstage.blob;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names a blob: a family and a name that Offstage makes itself. No part of it ever comes from a
 * client.
 *
 * @param path such as {@code upload/0b8e5a0c-…} or {@code variant/<asset>/<claim>/1024.webp}
 */
public record BlobKey(String path) {
  private static final Pattern FORM =
      Pattern.compile("[a-z]+(/[a-z0-9][a-z0-9_-]*)+(\\.[a-z0-9]+)?");

  /**
   * @throws IllegalArgumentException if {@code path} could name anything outside the store
   */
  public BlobKey {
    if (!isOne(path)) {
      throw new IllegalArgumentException("blob key: " + path + " (expected: " + FORM + ")");
    }
  }

  /** Whether a text has the form of a key. */
  static boolean isOne(String text) {
    return text.length() <= 200 && FORM.matcher(text).matches();
  }

  public static BlobKey upload(UUID id) {
    return new BlobKey("upload/" + id);
  }

  @Override
  public String toString() {
    return path;
  }
}
