package dev.offstage.ingest.upload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MimeTypes;

/** Tells a media type by a file's first bytes, never by its name or what the client says. */
final class Sniffer {
  static final int NEEDED = 64 * 1024;

  private static final Set<String> HEIC =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");
  private static final Set<String> AVIF = Set.of("avif", "avis");
  private static final Set<String> HEIF = Set.of("mif1", "msf1", "mif2");

  private static final MimeTypes TYPES = MimeTypes.getDefaultMimeTypes();

  private Sniffer() {}

  /** Reads at most the first {@value #NEEDED} bytes of {@code content}. */
  static String sniff(ReadableByteChannel content) throws IOException {
    var head = ByteBuffer.allocate(NEEDED);
    while (head.hasRemaining() && content.read(head) >= 0) {
      continue;
    }
    return sniff(head.flip());
  }

  static String sniff(ByteBuffer head) {
    var image = heifFamily(head);
    if (!image.isEmpty()) {
      return image;
    }
    try {
      var in = new ByteArrayInputStream(head.array(), 0, head.limit());
      var type = TYPES.detect(in, new Metadata()).getBaseType().toString();
      return type.equals("video/quicktime") && isMp4(head) ? "video/mp4" : type;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * ISO/IEC 14496-12 file type box: size, {@code ftyp}, major brand, version, compatible brands.
   * The generic brands of HEIF come first in many HEIC and AVIF files, so the compatible ones
   * decide.
   */
  private static String heifFamily(ByteBuffer head) {
    if (head.limit() < 16 || !four(head, 4).equals("ftyp")) {
      return "";
    }
    var brands = new HashSet<String>();
    var major = four(head, 8);
    long size = Math.min(Integer.toUnsignedLong(head.getInt(0)), head.limit());
    for (int at = 16; at + 4 <= size; at += 4) {
      brands.add(four(head, at));
    }
    if (AVIF.contains(major)) {
      return "image/avif";
    }
    if (HEIC.contains(major)) {
      return "image/heic";
    }
    if (!HEIF.contains(major)) {
      return "";
    }
    if (brands.stream().anyMatch(AVIF::contains)) {
      return "image/avif";
    }
    return brands.stream().anyMatch(HEIC::contains) ? "image/heic" : "image/heif";
  }

  /** Tika takes whatever film it does not know for QuickTime's, whose brand has but one name. */
  private static boolean isMp4(ByteBuffer head) {
    return head.limit() >= 12 && four(head, 4).equals("ftyp") && !four(head, 8).equals("qt  ");
  }

  private static String four(ByteBuffer head, int at) {
    return new String(head.array(), at, 4, StandardCharsets.ISO_8859_1);
  }
}
