package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.imageio.ImageIO;
import tools.jackson.databind.JsonNode;

/** Pictures that phones took, and how to see that what became of them is right. */
final class Photos {
  private static final Path SAMPLES = Path.of("/usr/share/forensics-samples/original-files");

  private Photos() {}

  /** 12 megapixels, 4.9 MB. */
  static Path phone() {
    return SAMPLES.resolve("pic2/IMG_20200608_111614.jpg");
  }

  /** 37 KB. */
  static Path small() {
    return SAMPLES.resolve("pic1/debian_logo.jpg");
  }

  static byte[] bytes(Path photo) {
    try {
      return Files.readAllBytes(photo);
    } catch (IOException e) {
      throw new UncheckedIOException("is forensics-samples-files installed?", e);
    }
  }

  /** The photo, followed by noise: decoders stop at its end, uploads are as long as wished. */
  static byte[] padded(Path photo, int length, long seed) {
    var bytes = bytes(photo);
    var padding = new byte[length - bytes.length];
    new Random(seed).nextBytes(padding);
    var padded = Arrays.copyOf(bytes, length);
    System.arraycopy(padding, 0, padded, bytes.length, padding.length);
    return padded;
  }

  /** Waits for the job and sees that the original is untouched and that each variant opens. */
  static void assertDone(Api api, UUID asset, UUID job, byte[] original) {
    var ended = api.awaitEnd(job);
    assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("completed");
    var body = api.asset(asset);
    assertThat(body.path("state").asString()).isEqualTo("ready");
    assertThat(api.fetch(body.path("original").path("url").asString()).body()).isEqualTo(original);
    var variants = new ArrayList<JsonNode>();
    body.path("variants").forEach(variants::add);
    assertThat(variants)
        .extracting(v -> v.path("name").asString() + "." + v.path("format").asString())
        .doesNotHaveDuplicates()
        .contains("256.jpeg", "256.webp");
    variants.forEach(variant -> assertOpens(api, variant));
  }

  private static void assertOpens(Api api, JsonNode variant) {
    var answer = api.fetch(variant.path("url").asString());
    var format = variant.path("format").asString();
    assertThat(answer.headers().firstValue("Content-Type")).contains("image/" + format);
    assertThat(answer.body()).hasSize(variant.path("byteSize").asInt());
    var size = format.equals("jpeg") ? jpegSize(answer.body()) : webpSize(answer.body());
    assertThat(size).containsExactly(variant.path("width").asInt(), variant.path("height").asInt());
  }

  private static List<Integer> jpegSize(byte[] bytes) {
    try {
      var image = ImageIO.read(new ByteArrayInputStream(bytes));
      return List.of(image.getWidth(), image.getHeight());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From the header (RFC 9649, sections 2.5 and 2.7); one that holds Exif or XMP fails. */
  private static List<Integer> webpSize(byte[] bytes) {
    assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("RIFF");
    var chunk = new String(bytes, 8, 8, StandardCharsets.US_ASCII);
    if (chunk.equals("WEBPVP8X")) {
      assertThat(bytes[20] & 0b1100).as("flags of Exif and XMP").isZero();
      return List.of(1 + number(bytes, 24, 3), 1 + number(bytes, 27, 3));
    }
    assertThat(chunk).isEqualTo("WEBPVP8 ");
    return List.of(number(bytes, 26, 2) & 0x3fff, number(bytes, 28, 2) & 0x3fff);
  }

  private static int number(byte[] bytes, int at, int length) {
    int value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | (bytes[at + i] & 0xff);
    }
    return value;
  }
}
