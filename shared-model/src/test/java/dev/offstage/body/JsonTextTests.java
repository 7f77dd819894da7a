package dev.offstage.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTests {
  @ParameterizedTest
  @CsvSource({"NUL, a?b", "SLASH, a\\u0000b", "BOTH, a\\?b"})
  void aNulIsReplacedAndWhatOnlyLooksLikeOneIsNot(String what, String expected) {
    var text =
        switch (what) {
          case "NUL" -> "a\0b";
          case "SLASH" -> "a\\u0000b";
          default -> "a\\\0b";
        };

    var json = JsonText.withoutNul(JsonText.MAPPER.writeValueAsString(Map.of("v", text)));

    assertThat(JsonText.MAPPER.readTree(json).get("v").asString()).isEqualTo(expected);
  }
}
