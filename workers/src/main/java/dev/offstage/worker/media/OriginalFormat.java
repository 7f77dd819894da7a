package dev.offstage.worker.media;

import dev.offstage.worker.media.vips.NativeBytes;
import java.util.Optional;
import java.util.Set;

/**
 * A format that originals are read in, told by the bytes alone. Knows each format's outermost
 * structure, so that a file that ends too early can be told from one that is damaged.
 */
public enum OriginalFormat {
  JPEG {
    @Override
    boolean isCutOff(NativeBytes bytes) {
      long at = 2;
      while (at + 1 < bytes.size()) {
        int marker = u8(bytes, at + 1);
        if (u8(bytes, at) != 0xFF || marker == 0 || marker == 0xFF || isRestart(marker)) {
          at++; // pictures' data, or padding
        } else if (marker == 0xD9) {
          return false;
        } else {
          at = at + 3 < bytes.size() ? at + 2 + u16(bytes, at + 2) : bytes.size();
        }
      }
      return true;
    }

    private static boolean isRestart(int marker) {
      return marker >= 0xD0 && marker <= 0xD7;
    }
  },
  PNG {
    @Override
    boolean isCutOff(NativeBytes bytes) {
      long at = 8;
      while (at + 12 <= bytes.size()) {
        if (text(bytes, at + 4).equals("IEND")) {
          return false;
        }
        at += 12 + u32(bytes, at);
      }
      return true;
    }
  },
  WEBP {
    @Override
    boolean isCutOff(NativeBytes bytes) {
      return 8 + Integer.toUnsignedLong(Integer.reverseBytes((int) u32(bytes, 4))) > bytes.size();
    }
  },
  HEIC {
    @Override
    boolean isCutOff(NativeBytes bytes) {
      return areBoxesCutOff(bytes);
    }
  },
  AVIF {
    @Override
    boolean isCutOff(NativeBytes bytes) {
      return areBoxesCutOff(bytes);
    }
  };

  private static final Set<String> HEIC_BRANDS =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");
  private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis");

  /** Whether the file ends before its own structure says that it should. */
  abstract boolean isCutOff(NativeBytes bytes);

  /** The format that reads what is written as {@code format}. */
  static OriginalFormat of(VariantFormat format) {
    return valueOf(format.name());
  }

  static Optional<OriginalFormat> of(NativeBytes bytes) {
    if (starts(bytes, 0xFF, 0xD8, 0xFF)) {
      return Optional.of(JPEG);
    }
    if (starts(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
      return Optional.of(PNG);
    }
    if (bytes.size() < 16) {
      return Optional.empty();
    }
    if (text(bytes, 0).equals("RIFF") && text(bytes, 8).equals("WEBP")) {
      return Optional.of(WEBP);
    }
    return text(bytes, 4).equals("ftyp") ? byBrand(bytes) : Optional.empty();
  }

  // The major brand may be the container's alone (mif1): then a compatible one names the codec.
  private static Optional<OriginalFormat> byBrand(NativeBytes bytes) {
    long end = Math.min(Math.min(u32(bytes, 0), bytes.size()), 256);
    boolean heif = false;
    for (long at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) { // the minor version lies between
      var brand = text(bytes, at);
      if (AVIF_BRANDS.contains(brand)) {
        return Optional.of(AVIF);
      }
      heif |= HEIC_BRANDS.contains(brand);
    }
    return heif ? Optional.of(HEIC) : Optional.empty();
  }

  private static boolean areBoxesCutOff(NativeBytes bytes) {
    long at = 0;
    while (at + 8 <= bytes.size()) {
      long size = u32(bytes, at);
      if (size == 1 && at + 16 <= bytes.size()) {
        size = u32(bytes, at + 8) << 32 | u32(bytes, at + 12);
      }
      if (size < 8) { // to the end of the file, or damaged: not cut off
        return false;
      }
      if (size > bytes.size() - at) {
        return true;
      }
      at += size;
    }
    return at < bytes.size();
  }

  private static boolean starts(NativeBytes bytes, int... magic) {
    if (bytes.size() < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (u8(bytes, i) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static int u8(NativeBytes bytes, long at) {
    return bytes.at(at);
  }

  private static int u16(NativeBytes bytes, long at) {
    return u8(bytes, at) << 8 | u8(bytes, at + 1);
  }

  private static long u32(NativeBytes bytes, long at) {
    return (long) u16(bytes, at) << 16 | u16(bytes, at + 2);
  }

  private static String text(NativeBytes bytes, long at) {
    return bytes.text(at, 4);
  }
}
