package dev.offstage.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlurHashTests {

  @Test
  void onePartIsOneColour() {
    var red = BlurHash.decode("00TI:j").orElseThrow();
    assertThat(red.color(0, 0)).isEqualTo(0xff0000);
    assertThat(red.color(1, 1)).isEqualTo(0xff0000);
  }

  @Test
  void aCosineGoesFromOneSideToTheOther() {
    // Two across, one down; grey; the cosine at its strongest: bright on the left, dark on the
    // right.
    var picture = BlurHash.decode("1~Eyb[~q").orElseThrow();
    assertThat(picture.color(0, 0.5) & 0xff).isGreaterThan(0xd0);
    assertThat(picture.color(0.5, 0.5) & 0xff).isBetween(0x70, 0x90);
    assertThat(picture.color(1, 0.5) & 0xff).isLessThan(0x20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00TI:", "00TI:jj", "é0TI:j", "L00000"})
  void whatIsNoneIsNotDrawn(String text) {
    assertThat(BlurHash.decode(text)).isEmpty();
  }
}
