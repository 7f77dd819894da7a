package dev.offstage.worker.integration.push.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class PushWorkTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String HELLO = "\"content\":{\"default\":{\"title\":\"Hi\"}}";

  private static PushWork read(String members) {
    return JSON.readValue("{" + members + "}", PushWork.class);
  }

  @ParameterizedTest
  @CsvSource({
    "pt-BR, brasileiro",
    "PT-br, brasileiro",
    "pt-PT, português",
    "pt, português",
    "de-AT-1996, Deutsch",
    "fr, English",
    ", English"
  })
  void localeFallsBackToItsLanguageAndThenToTheDefault(String locale, String title) {
    var work =
        read(
            """
            "content": {
              "default": {"title": "English"}, "pt": {"title": "português"},
              "pt_BR": {"title": "brasileiro"}, "de": {"title": "Deutsch"}}
            """);
    assertThat(work.contentFor(locale).orElseThrow().title()).isEqualTo(title);
  }

  @Test
  void variablesFillTitleAndBody() {
    var work =
        read(
            """
            "content": {"default": {"title": "Hi {{ name }}", "body": "{{name}} owes {{sum}} {x}"}},
            "variables": {"name": "A$1na", "sum": "5 €"}
            """);
    assertThat(work.contentFor(null)).contains(new Content("Hi A$1na", "A$1na owes 5 € {x}"));
  }

  @Test
  void providersDeliverUntilTheEarlierOfTtlAndExpiry() {
    var now = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(read(HELLO).deliverBy(now)).isEmpty();
    assertThat(read(HELLO + ",\"ttl\":\"1h\"").deliverBy(now)).contains(now.plusSeconds(3600));
    var both = read(HELLO + ",\"ttl\":\"PT1H\",\"expiresAt\":\"2026-01-01T00:10:00Z\"");
    assertThat(both.deliverBy(now)).contains(now.plusSeconds(600));
    assertThat(both.isExpired(now)).isFalse();
    assertThat(both.isExpired(now.plusSeconds(600))).isTrue();
  }

  @Test
  void silentPushIsNotUrgentAndShowsNothing() {
    var work = read("\"silent\":true,\"data\":{\"k\":\"v\"}");
    assertThat(work.contentFor("pt")).isEmpty();
    assertThat(work.isUrgent()).isFalse();
    assertThat(read(HELLO).isUrgent()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "ttl":"1h"                                          | content: [] (expected: at least a default)
          "content":{"pt":{"title":"x"}}                      | content: [pt] (expected: at least a default)
          "content":{"default":{}}                            | content: empty (expected: a title, a body, or both)
          HELLO,"silent":true                                 | content: given (expected: none with silent)
          HELLO,"ttl":"soon"                                  | ttl: soon (expected: a duration such as 1h
          HELLO,"ttl":"29d"                                   | ttl: 29d (expected: a duration such as 1h
          HELLO,"priority":"urgent"                           | priority: urgent (expected: high or normal)
          HELLO,"data":{"aps":"x"}                            | data: aps (expected: no key that providers use)
          HELLO,"data":{"google.x":"x"}                       | data: google.x (expected: no key that providers use)
          HELLO,"badge":-1                                    | badge: -1 (expected: >= 0)
          HELLO,"to":{"user":"a","topic":"b"}                 | to: 2 of them (expected: one of user
          HELLO,"to":{}                                       | to: 0 of them (expected: one of user
          "content":{"default":{"title":"{{name}}"}}          | variables: no name (expected: a value
          """)
  void whatCannotBeSentIsRefusedWithWhatWasExpected(String members, String why) {
    assertThatThrownBy(() -> read(members.replace("HELLO", HELLO))).hasMessageContaining(why);
  }

  @Test
  void dataIsAtMost4096Bytes() {
    var fits = "\"data\":{\"key\":\"" + "x".repeat(4093) + "\"}";
    assertThat(read(HELLO + "," + fits).dataOrNone()).hasSize(1);
    assertThatThrownBy(() -> read(HELLO + "," + fits.replace("key", "clé")))
        .hasMessageContaining("data: 4097 bytes (expected: at most 4096)");
  }
}
