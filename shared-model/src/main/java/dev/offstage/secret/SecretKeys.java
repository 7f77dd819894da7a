package dev.offstage.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads keys from where they are configured, the one that seals first. */
final class SecretKeys {
  private SecretKeys() {}

  /**
   * @throws IllegalArgumentException if a key is not such, or an id comes twice
   * @throws IllegalStateException if the file cannot be read
   */
  static Map<String, SecretKey> read(SecretProperties properties) {
    var keys = new LinkedHashMap<String, SecretKey>();
    add(keys, listed(properties.keys()), "offstage.secrets.keys");
    var file = properties.file();
    if (file != null) {
      add(keys, lines(file), "offstage.secrets.file " + file);
    }
    return keys;
  }

  private static List<String> listed(@Nullable List<String> keys) {
    return keys == null ? List.of() : keys;
  }

  private static void add(Map<String, SecretKey> keys, Collection<String> texts, String source) {
    for (var text : texts) {
      var key = SecretKey.of(text.strip(), source);
      if (keys.putIfAbsent(key.id(), key) != null) {
        throw new IllegalArgumentException(
            source + ": the key id " + key.id() + " twice (expected: each once)");
      }
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(
          "offstage.secrets.file: " + file + " (expected: a file that can be read)", e);
    }
  }
}
