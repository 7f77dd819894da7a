package dev.offstage.worker.media.vips;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;

/**
 * The RIFF container around a WebP's pictures. libvips 8.14 writes an EXIF chunk into every WebP,
 * asked to strip or not.
 */
final class WebpContainer {
  private static final Set<String> METADATA = Set.of("EXIF", "XMP ", "ICCP");
  private static final int METADATA_FLAGS = 0x20 | 0x08 | 0x04; // of VP8X: profile, EXIF, XMP

  private WebpContainer() {}

  /** The same pictures without metadata chunks. */
  static byte[] withoutMetadata(byte[] webp) {
    var in = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
    var out = ByteBuffer.allocate(webp.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(webp, 0, 12);
    for (int at = 12; at + 8 <= webp.length; ) {
      var type = new String(webp, at, 4, ISO_8859_1);
      int size = 8 + in.getInt(at + 4);
      size = Math.min(size + (size & 1), webp.length - at);
      if (!METADATA.contains(type)) {
        int start = out.position();
        out.put(webp, at, size);
        if (type.equals("VP8X")) {
          out.put(start + 8, (byte) (out.get(start + 8) & ~METADATA_FLAGS));
        }
      }
      at += size;
    }
    out.putInt(4, out.position() - 8);
    return Arrays.copyOf(out.array(), out.position());
  }
}
