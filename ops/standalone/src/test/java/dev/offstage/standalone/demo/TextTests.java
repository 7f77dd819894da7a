package dev.offstage.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTests {

  @Test
  void textFromElsewhereCannotControlTheTerminal() {
    assertThat(Text.plain("\033[2J\033]0;title\007photo\r\n.jpg"))
        .doesNotContainPattern("\\p{Cntrl}")
        .endsWith("photo .jpg");
  }

  @Test
  void sizesAreShort() {
    assertThat(Text.bytes(999)).isEqualTo("999 B");
    assertThat(Text.bytes(2_940_000)).isEqualTo("2.9 MB");
  }
}
