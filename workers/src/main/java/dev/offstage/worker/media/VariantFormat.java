package dev.offstage.worker.media;

import java.util.Locale;
import java.util.Optional;

/** A format that variants are written in. Named in lower case outside: {@code webp}. */
public enum VariantFormat {
  JPEG,
  WEBP,
  AVIF,
  PNG;

  /** As in payloads, results, the {@code variant} table and the names of blobs. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<VariantFormat> of(String text) {
    for (var format : values()) {
      if (format.text().equals(text)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
