package dev.offstage.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnifferTests {

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "heic, mif1heic, image/heic",
    "heix, mif1heix, image/heic",
    "mif1, mif1heic, image/heic",
    "mif1, mif1avifmiaf, image/avif",
    "mif1, miafmif1, image/heif",
    "msf1, msf1hevc, image/heic",
    "avif, mif1miaf, image/avif",
    "avis, msf1, image/avif",
    "isom, isommp41, video/mp4",
    "qt  , qt  , video/quicktime",
  })
  void brandsTellHeicFromAvifFromFilm(String major, String compatible, String type) {
    var text = "    ftyp" + (major + "    ").substring(0, 4) + "\0\0\0\0" + compatible;
    var head = bytes(text + "\0".repeat(100));
    head.putInt(0, text.length());
    assertThat(Sniffer.sniff(head)).isEqualTo(type);
  }

  @Test
  void aBoxThatLiesAboutItsSizeIsReadNoFurtherThanThereAreBytes() {
    var head = bytes("\377\377\377\377ftypmif1\0\0\0\0mif1av");
    assertThat(Sniffer.sniff(head)).isEqualTo("image/heif");
  }

  @ParameterizedTest
  @CsvSource({
    "'\377\330\377\340', image/jpeg",
    "'\211PNG\r\n\032\n', image/png",
    "'RIFF\0\0\0\0WEBPVP8 ', image/webp",
    "'GIF89a', image/gif",
    "'hello', text/plain",
    "'\001\002\003\004\0', application/octet-stream",
  })
  void theFirstBytesTellTheType(String head, String type) {
    assertThat(Sniffer.sniff(bytes(head))).isEqualTo(type);
  }

  @Test
  void nothingIsOfNoType() {
    assertThat(Sniffer.sniff(bytes(""))).isEqualTo("application/octet-stream");
  }
}
