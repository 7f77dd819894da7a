package dev.offstage.ingest.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class ApiKeyTextTests {
  private final SecureRandom random = new SecureRandom();

  @Test
  void aNewKeyIsWellFormedAndSaysWhatItIs() {
    var server = ApiKeyText.random(false, random);
    var write = ApiKeyText.random(true, random);

    assertThat(server.isWellFormed()).isTrue();
    assertThat(server.text()).startsWith("offstage_sk_").hasSize(50);
    assertThat(write.isWellFormed()).isTrue();
    assertThat(write.text()).startsWith("offstage_wk_");
  }

  @Test
  void theChecksumIsTheOneThatScannersCompute() {
    // Computed independently, in Python: zlib.crc32 over the 44 characters, in base62.
    var body = "offstage_sk_" + "a".repeat(32);

    assertThat(new ApiKeyText(body + "2H8lnF").isWellFormed()).isTrue();
  }

  @Test
  void noTwoAreAlike() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 1_000; i++) {
      assertThat(seen.add(ApiKeyText.random(false, random).text())).isTrue();
    }
  }

  @Test
  void anySingleTypoIsNoticed() {
    var text = ApiKeyText.random(false, random).text();
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'x' ? 'y' : 'x';
      var typo = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(new ApiKeyText(typo).isWellFormed()).as(typo).isFalse();
    }
    assertThat(new ApiKeyText(text + "0").isWellFormed()).isFalse();
    assertThat(new ApiKeyText(text.substring(1)).isWellFormed()).isFalse();
    assertThat(new ApiKeyText("").isWellFormed()).isFalse();
  }

  @Test
  void itsTextStaysOutOfLogs() {
    var key = ApiKeyText.random(false, random);

    assertThat(key.toString()).doesNotContain(key.text().substring(12));
    assertThat(key.text()).startsWith(key.hint());
    assertThat(key.hint()).hasSize(16);
  }
}
