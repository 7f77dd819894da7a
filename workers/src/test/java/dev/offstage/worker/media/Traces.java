package dev.offstage.worker.media;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Finds what a file says besides its pixels. */
final class Traces {
  private static final List<String> MARKS =
      List.of(
          "Exif",
          "EXIF",
          "eXIf",
          "XMP ",
          "http://ns.adobe.com",
          "<x:xmpmeta",
          "GPS",
          "ICC_PROFILE",
          "iCCP",
          "ICCP",
          "colrprof",
          "colrrICC",
          "application/rdf+xml",
          "Photoshop 3.0",
          "MPF\0",
          "iTXt",
          "tEXt",
          "zTXt",
          "OffstageCam",
          "Pocket 9 Pro",
          "OffstageXmpTool",
          "Xiaomi",
          "Redmi",
          "samsung",
          "SAMSUNG",
          "SM-",
          "Canon",
          "Apple",
          "motorola",
          "Android",
          "Lavc");

  private Traces() {}

  static List<String> in(byte[] file) {
    var text = new String(file, StandardCharsets.ISO_8859_1);
    return MARKS.stream()
        // Three letters turn up in compressed data by themselves.
        .filter(mark -> mark.length() > 3 || mark.equals("GPS") && text.contains("GPSL"))
        .filter(text::contains)
        .toList();
  }
}
