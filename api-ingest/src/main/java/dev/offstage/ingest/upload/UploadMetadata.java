package dev.offstage.ingest.upload;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What clients say of an upload: {@code key base64,key base64,…} (tus 1.0.0, Upload-Metadata).
 * Meant for people; nothing is decided by it.
 */
public final class UploadMetadata {
  private static final int MAX_FILENAME = 255;

  private UploadMetadata() {}

  /** Empty if {@code text} is not well-formed or names a key twice. */
  public static Optional<Map<String, String>> parse(String text) {
    var values = new HashMap<String, String>();
    for (var pair : text.split(",", -1)) {
      var parts = pair.strip().split(" ", -1);
      if (parts.length > 2 || !isKey(parts[0])) {
        return Optional.empty();
      }
      try {
        var value = parts.length == 1 ? new byte[0] : Base64.getDecoder().decode(parts[1]);
        if (values.put(parts[0], new String(value, StandardCharsets.UTF_8)) != null) {
          return Optional.empty();
        }
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }

  private static boolean isKey(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /**
   * The name that the client gave the file, without what a text column cannot or should not hold.
   */
  static @Nullable String filename(@Nullable String metadata) {
    var values = metadata == null ? Map.<String, String>of() : parse(metadata).orElse(Map.of());
    var name = values.getOrDefault("filename", values.getOrDefault("name", ""));
    var clean = name.replaceAll("\\p{Cntrl}", "").strip();
    int end =
        clean.offsetByCodePoints(
            0, Math.min(MAX_FILENAME, clean.codePointCount(0, clean.length())));
    return clean.isEmpty() ? null : clean.substring(0, end);
  }
}
