package dev.offstage.ingest.asset;

import org.springframework.http.MediaType;

/**
 * A rendition of an asset.
 *
 * @param name the preset's
 * @param format jpeg, webp, avif or png
 */
record Variant(String name, String format, int width, int height, long byteSize) {
  static MediaType mediaType(String format) {
    return MediaType.parseMediaType("image/" + format);
  }
}
