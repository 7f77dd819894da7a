package dev.offstage.worker.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThumbHashTests {

  /** Expected: what npm's thumbhash 0.1.1 gives for the same pixels. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          gradient 1 1 CwQWBwEI9wiIh4hwj3CI+AiIcH/4AAAA
          opaque 1 1 ExknT0YI9wiIh4hwj3CI+AiIgIAICIgA
          alpha 1 1 ExmnTUa7CPeIh3B/+AiIgIAICPeIh3B/+A==
          gradient 2 2 4AdCXyx2CYmGiImHiJiICImJCAd4cI8I
          opaque 2 2 3bk5RxiIB4d4iIeIiHiIB4eHaAdxhAAH
          alpha 2 2 3bm5NRK7iAd4iIh4CHYQRxhweAd4iIh4CA==
          gradient 4 3 4AcOTaRxd3iAiHiIiIiHh4FwGPd4
          opaque 4 3 Y1gGRY6Od3hMaJdqX4eIlQaGQ/1F
          alpha 4 3 oXeGFIYmj3lrmFyOmDBLmo9nv1e7VmqICg==
          gradient 100 75 3wcKNZqAh4eAiHeIeHiHiICACPh3
          opaque 100 75 HwgCBYCmnQGnd1lmuASWWuDTBHtV
          alpha 100 75 HwiCBIAI1H+XSFUGBTdYkHYHt6G4NGxrAg==
          gradient 33 100 3wcKOhqAgIiIh3iHgIAI+Hg=
          opaque 33 100 3wcCAgJGj8qEiIqrpBB4+6Y=
          alpha 33 100 3weCAgAIR4+odbbqND/8ZvBtWFkLmmU=
          gradient 100 1 FfYqgb6Gh4eIiAh5hIdPiAg=
          opaque 100 1 H/g9GYKIiIiIiAh3n4j2iKg=
          alpha 100 1 Xvi9EYJ3iIiIiHCqiPCKqIiIiIhwd/g=
          gradient 7 50 3wcKOR6AcYiIh4iHgHEI6Hc=
          opaque 7 50 IQgCCQKZevaaiYa/qJyvWH8=
          alpha 7 50 4ReCCQIHjIv3e3mEns9fPajYZ4aW+5M=
          clear 5 4 AAiCBIAAAAAAAAAAAAAAAAAAAAAAAAAAAA==
          """)
  void hashesAreThoseOfTheReference(String kind, int width, int height, String expected) {
    var rgba =
        switch (kind) {
          case "gradient" -> gradient(width, height);
          case "opaque" -> noise(width, height, false);
          case "alpha" -> noise(width, height, true);
          default -> new byte[width * height * 4];
        };

    assertThat(Base64.getEncoder().encodeToString(ThumbHash.of(rgba, width, height)))
        .isEqualTo(expected);
  }

  @Test
  void largerPicturesAreRefused() {
    assertThatThrownBy(() -> ThumbHash.of(new byte[101 * 4], 101, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("101x1");
  }

  private static byte[] gradient(int width, int height) {
    var rgba = new byte[width * height * 4];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 4 * (x + y * width);
        rgba[at] = (byte) (x * 255 / Math.max(1, width - 1));
        rgba[at + 1] = (byte) (y * 255 / Math.max(1, height - 1));
        rgba[at + 2] = (byte) 128;
        rgba[at + 3] = (byte) 255;
      }
    }
    return rgba;
  }

  private static byte[] noise(int width, int height, boolean alpha) {
    var rgba = new byte[width * height * 4];
    int state = width * 1000 + height;
    for (int i = 0; i < rgba.length; i++) {
      state = state * 1_664_525 + 1_013_904_223;
      rgba[i] = i % 4 == 3 && !alpha ? (byte) 255 : (byte) (state >>> 24);
    }
    return rgba;
  }
}
