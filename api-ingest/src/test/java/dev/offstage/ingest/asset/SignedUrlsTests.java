package dev.offstage.ingest.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.ingest.asset.SignedUrls.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedUrlsTests {
  private static final String KEY = key('a');
  private static final String PATH = "/v1/assets/1/variants/256.webp";

  private Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private final InstantSource clock = () -> now;
  private final SignedUrls urls = urls(KEY, List.of());

  private static String key(char of) {
    return Base64.getEncoder().encodeToString(String.valueOf(of).repeat(32).getBytes());
  }

  private SignedUrls urls(String key, List<String> previous) {
    return new SignedUrls(new UrlProperties(key, previous, Duration.ofHours(1)), clock);
  }

  private static Verdict verify(SignedUrls urls, String url) {
    var parts = url.split("[?=&]", -1);
    return urls.verify(parts[0], parts[2], parts[4]);
  }

  @Test
  void aSignedUrlIsGoodForBetweenOneAndTwoValidities() {
    for (int minute = 0; minute < 60; minute++) {
      now = Instant.parse("2026-11-21T10:00:00Z").plusSeconds(60L * minute);
      var verdict = verify(urls, urls.sign(PATH));
      assertThat(verdict).isInstanceOf(Verdict.Good.class);
      assertThat(((Verdict.Good) verdict).left())
          .isBetween(Duration.ofHours(1), Duration.ofHours(2));
    }
  }

  @Test
  void allWhoAskWithinAValidityGetTheSameUrl() {
    now = Instant.parse("2026-11-21T10:00:01Z");
    var first = urls.sign(PATH);
    now = Instant.parse("2026-11-21T11:00:00Z");
    assertThat(urls.sign(PATH)).isEqualTo(first);
    now = Instant.parse("2026-11-21T11:00:01Z");
    assertThat(urls.sign(PATH)).isNotEqualTo(first);
  }

  @Test
  void itExpires() {
    var url = urls.sign(PATH);
    now = now.plus(Duration.ofHours(2));

    assertThat(verify(urls, url)).isInstanceOf(Verdict.Expired.class);
  }

  @Test
  void whateverIsChangedIsForged() {
    var url = urls.sign(PATH);
    var expires = url.split("[?=&]", -1)[2];
    var signature = url.split("[?=&]", -1)[4];

    assertThat(urls.verify(PATH.replace("256", "2048"), expires, signature))
        .isEqualTo(new Verdict.Forged());
    assertThat(urls.verify(PATH, expires + "0", signature)).isEqualTo(new Verdict.Forged());
    assertThat(urls.verify(PATH, "0" + expires, signature)).isInstanceOf(Verdict.Good.class);
    assertThat(urls.verify(PATH, expires, signature + "A")).isEqualTo(new Verdict.Forged());
    assertThat(urls.verify(PATH, expires, "")).isEqualTo(new Verdict.Forged());
    assertThat(urls.verify(PATH, expires, ".")).isEqualTo(new Verdict.Forged());
    assertThat(urls.verify(PATH, "-1", signature)).isEqualTo(new Verdict.Forged());
    assertThat(urls.verify(PATH, "9".repeat(30), signature)).isEqualTo(new Verdict.Forged());
    assertThat(urls.verify(PATH, null, signature)).isEqualTo(new Verdict.Forged());
    assertThat(urls.verify(PATH, expires, null)).isEqualTo(new Verdict.Forged());
    for (int i = 0; i < signature.length(); i++) {
      char other = signature.charAt(i) == 'x' ? 'y' : 'x';
      var changed = signature.substring(0, i) + other + signature.substring(i + 1);
      assertThat(urls.verify(PATH, expires, changed)).as(changed).isEqualTo(new Verdict.Forged());
    }
  }

  @Test
  void afterARotationOldUrlsStayGoodUntilTheOldKeyGoes() {
    var old = urls.sign(PATH);

    assertThat(verify(urls(key('b'), List.of(KEY)), old)).isInstanceOf(Verdict.Good.class);
    assertThat(verify(urls(key('b'), List.of()), old)).isEqualTo(new Verdict.Forged());
  }

  @Test
  void aBadKeyStopsTheStartWithoutBeingShown() {
    assertThatThrownBy(() -> urls("c2hvcnQ=", List.of()))
        .hasMessageContaining(
            "offstage.urls.signing-key: 5 bytes (expected: base64 of at least 32");
    assertThatThrownBy(() -> urls("***secret***", List.of()))
        .hasMessageContaining("not base64")
        .hasMessageNotContaining("***secret***");
    assertThatThrownBy(() -> urls(KEY, List.of("")))
        .hasMessageContaining("offstage.urls.previous-keys[]: none");
  }
}
