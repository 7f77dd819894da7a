package dev.offstage.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class PlaceholdersTests {

  @Test
  void dominantColourIsThatOfTheLargestPart() {
    var rgb = new byte[10 * 10 * 3];
    for (int i = 0; i < 100; i++) {
      paint(rgb, i * 3, i < 60 ? new int[] {200, 40, 30} : new int[] {10, 20, 250});
    }

    var placeholders = Placeholders.of(rgb, 10, 10);

    assertThat(placeholders.dominantColor()).isEqualTo("#c8281e");
    assertThat(placeholders.blurhash()).hasSize(4 + 2 * 16);
    assertThat(Base64.getDecoder().decode(placeholders.thumbhash())).hasSizeBetween(20, 26);
  }

  @Test
  void whatIsTransparentCountsForNothing() {
    var rgba = new byte[10 * 10 * 4];
    for (int i = 0; i < 100; i++) {
      paint(rgba, i * 4, i < 60 ? new int[] {200, 40, 30, 0} : new int[] {10, 20, 250, 255});
    }

    assertThat(Placeholders.of(rgba, 10, 10).dominantColor()).isEqualTo("#0a14fa");
    assertThat(Placeholders.of(new byte[4], 1, 1).dominantColor()).isEqualTo("#ffffff");
  }

  @Test
  void onePixelAndThinStripsHavePlaceholdersToo() {
    assertThat(Placeholders.of(new byte[3], 1, 1).blurhash()).isNotEmpty();
    assertThat(Placeholders.of(new byte[300], 100, 1).blurhash()).hasSize(4 + 2 * 15);
    assertThat(Placeholders.of(new byte[300], 1, 100).thumbhash()).isNotEmpty();
  }

  private static void paint(byte[] pixels, int at, int[] colour) {
    for (int i = 0; i < colour.length; i++) {
      pixels[at + i] = (byte) colour[i];
    }
  }
}
