package dev.offstage.worker.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Small files that claim to be huge pictures. */
final class Bombs {
  private Bombs() {}

  static byte[] png(int width, int height) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    chunk(
        out,
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 2, 0, 0, 0})
            .array());
    var deflater = new Deflater(9);
    deflater.setInput(new byte[1_000_000]);
    deflater.finish();
    var packed = new byte[10_000];
    chunk(out, "IDAT", java.util.Arrays.copyOf(packed, deflater.deflate(packed)));
    deflater.end();
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  /** The JPEG with 65,000 x 65,000 pixels in its frame header. */
  static byte[] jpeg(byte[] jpeg) {
    var bomb = jpeg.clone();
    for (int at = 2; ; at += 2 + ByteBuffer.wrap(bomb).getShort(at + 2)) {
      if (bomb[at + 1] == (byte) 0xC0) {
        ByteBuffer.wrap(bomb).putShort(at + 5, (short) 65_000).putShort(at + 7, (short) 65_000);
        return bomb;
      }
    }
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    var name = type.getBytes(StandardCharsets.ISO_8859_1);
    var crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
