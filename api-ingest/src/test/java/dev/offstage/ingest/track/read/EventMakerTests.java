package dev.offstage.ingest.track.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.event.Event;
import dev.offstage.event.EventBatch;
import dev.offstage.event.EventSource;
import dev.offstage.event.EventType;
import dev.offstage.event.RejectedEvent;
import dev.offstage.ingest.auth.WriteKey;
import dev.offstage.ingest.auth.WriteKey.IpPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventMakerTests {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final JsonMapper JSON = new JsonMapper();

  private WriteKey key = key(Set.of(), IpPolicy.DROP);

  private static WriteKey key(Set<String> deny, IpPolicy ip) {
    var source = new EventSource("acme", "shop", UUID.randomUUID());
    return new WriteKey(source, null, null, deny, ip);
  }

  private EventBatch make(Document document) {
    return new EventMaker(key, NOW, Duration.ofDays(400), "203.0.113.77").make(document);
  }

  private EventBatch batch(String json) {
    return make(Document.batch(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Of a batch with this one event. */
  private Event event(String json) {
    var batch = batch("{\"batch\":[" + json + "]}");
    assertThat(batch.rejects()).isEmpty();
    return batch.events().getFirst();
  }

  private RejectedEvent reject(String json) {
    var batch = batch("{\"batch\":[" + json + ",{\"type\":\"page\",\"userId\":\"good\"}]}");
    assertThat(batch.events()).extracting(e -> e.who().userId()).containsExactly("good");
    return batch.rejects().getFirst();
  }

  private static String track(String more) {
    return "{\"type\":\"track\",\"event\":\"Bought\",\"userId\":\"u\"" + more + "}";
  }

  private static JsonNode tree(@Nullable Object json) {
    return JSON.readTree(String.valueOf(json));
  }

  @Test
  void readsWhatAMobileSdkSends() {
    var event =
        event(
            """
            {"type":"track","event":"Bought","userId":"","anonymousId":"a-1","messageId":"m-1",
             "timestamp":"2026-11-25T11:59:00.000Z","sentAt":"2026-11-25T11:59:30.000Z",
             "properties":{"price":9.90,"items":[1,2]},"integrations":{"All":true},
             "context":{"app":{"name":"Shop","version":"4.2"},"os":{"name":"iOS","version":"26.1"},
              "device":{"id":"d-1","model":"iPhone18,1","token":"abc"},"locale":"de-CH",
              "sessionId":1732000000}}
            """);
    assertThat(event.type()).isEqualTo(EventType.TRACK);
    assertThat(event.name()).isEqualTo("Bought");
    assertThat(event.who().userId()).isNull();
    assertThat(event.who().anonymousId()).isEqualTo("a-1");
    assertThat(event.id()).isEqualTo(key.source().idOf("m-1"));
    assertThat(event.times().occurredAt()).isEqualTo(NOW.minusSeconds(30));
    assertThat(event.properties()).hasToString("{\"price\":9.90,\"items\":[1,2]}");
    var where = event.where();
    assertThat(where.deviceId()).isEqualTo("d-1");
    assertThat(where.sessionId()).isEqualTo("1732000000");
    assertThat(where.appVersion()).isEqualTo("4.2");
    assertThat(where.platform()).isEqualTo("ios");
    assertThat(where.country()).isEqualTo("CH");
    assertThat(where.pushOptIn()).isTrue();
    assertThat(where.ip()).isNull();
  }

  @Test
  void membersMayComeInAnyOrder() {
    var batch =
        batch(
            """
            {"batch":[{"anonymousId":"a","properties":{"x":1},"event":"E","type":"track",
              "timestamp":"2026-11-25T11:00:00Z"}],
             "sentAt":"2026-11-25T11:00:10Z","context":{"app":{"version":"7"}}}
            """);
    var event = batch.events().getFirst();
    assertThat(event.times().occurredAt()).isEqualTo(NOW.minusSeconds(10));
    assertThat(event.where().appVersion()).isEqualTo("7");
  }

  @Test
  void whatABatchSaysOfAllIsMergedIntoEachAndTheEventWins() {
    var batch =
        batch(
            """
            {"context":{"app":{"name":"Shop","version":"1"},"locale":"en-GB","ip":"10.1.2.3"},
             "integrations":{"All":true,"X":false},
             "batch":[
              {"type":"screen","name":"Home","userId":"u","context":{"app":{"version":"2"}},
               "integrations":{"X":true}},
              {"type":"screen","userId":"u"}]}
            """);
    var own = batch.events().get(0);
    assertThat(tree(own.context()))
        .isEqualTo(tree("{\"app\":{\"version\":\"2\",\"name\":\"Shop\"},\"locale\":\"en-GB\"}"));
    assertThat(own.where().appVersion()).isEqualTo("2");
    assertThat(own.where().country()).isEqualTo("GB");
    assertThat(tree(own.integrations())).isEqualTo(tree("{\"All\":true,\"X\":true}"));
    assertThat(batch.events().get(1).where().appVersion()).isEqualTo("1");
  }

  @Test
  void identifyKeepsTraitsAndTrackKeepsProperties() {
    assertThat(event("{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"a\":1}}").properties())
        .hasToString("{\"a\":1}");
    assertThat(event(track(",\"traits\":{\"a\":1},\"properties\":{\"b\":2}")).properties())
        .hasToString("{\"b\":2}");
  }

  @Test
  void aMissingMessageIdIsMadeUp() {
    assertThat(event(track("")).messageId()).isNotBlank();
    assertThat(event(track(",\"messageId\":\"\"")).messageId()).isNotBlank();
  }

  @Test
  void saysWhatIsWrongWithABadEventAndTakesTheOthers() {
    assertThat(reject("{\"type\":\"track\",\"userId\":\"u\"}").reason()).isEqualTo("no-event");
    assertThat(reject("{\"type\":\"track\",\"event\":\"E\"}").reason()).isEqualTo("no-user");
    assertThat(reject("{\"event\":\"E\",\"userId\":\"u\"}").reason()).isEqualTo("no-type");
    assertThat(reject("{\"type\":\"buy\",\"userId\":\"u\"}").reason()).isEqualTo("unknown-type");
    assertThat(reject("[1,2]").reason()).isEqualTo("not-an-object");
    assertThat(reject("null").reason()).isEqualTo("not-an-object");
    assertThat(reject(track(",\"properties\":[1]")).reason()).isEqualTo("not-an-object");
    assertThat(reject(track(",\"messageId\":{\"a\":[1]}")).reason()).isEqualTo("not-a-string");
    assertThat(reject(track(",\"timestamp\":\"yesterday\"")).reason()).isEqualTo("bad-time");
    var noUser = reject("{\"type\":\"track\",\"event\":\"E\",\"messageId\":\"m\"}");
    assertThat(tree(noUser.event()).path("event").asString()).isEqualTo("E");
    assertThat(noUser.messageId()).isEqualTo("m");
  }

  @Test
  void aMessageIdMayHave99Characters() {
    assertThat(event(track(",\"messageId\":\"" + "m".repeat(99) + "\"")).messageId()).hasSize(99);
    assertThat(reject(track(",\"messageId\":\"" + "m".repeat(100) + "\"")).reason())
        .isEqualTo("too-long");
  }

  @Test
  void anEventMayHave32KbAndNotAByteMore() {
    int around = track(",\"properties\":{\"x\":\"\"}").length();
    var most = "x".repeat(32 * 1024 - around);
    assertThat(event(track(",\"properties\":{\"x\":\"" + most + "\"}"))).isNotNull();
    var over = reject(track(",\"properties\":{\"x\":\"" + most + "x\"}"));
    assertThat(over.reason()).isEqualTo("too-large");
    assertThat(over.event()).isNull();
  }

  @Test
  void aBatchMayHave2500Events() {
    assertThat(batch(many(2_500)).events()).hasSize(2_500);
    assertThatThrownBy(() -> batch(many(2_501)))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("2500");
  }

  private static String many(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> "{\"type\":\"page\",\"userId\":\"u\"}")
        .collect(Collectors.joining(",", "{\"batch\":[", "]}"));
  }

  @Test
  void aValueMayBe32Deep() {
    assertThat(event(track(",\"properties\":" + nested(32))).properties()).isNotNull();
    assertThat(reject(track(",\"properties\":" + nested(33))).reason()).isEqualTo("too-deep");
    assertThat(reject(track(",\"unknown\":" + nested(40) + ",\"event\":7.5e999")).event()).isNull();
    assertThatThrownBy(() -> batch("{\"batch\":[" + track(",\"x\":" + nested(600)) + "]}"))
        .isInstanceOf(UnreadableException.class);
  }

  private static String nested(int depth) {
    return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
  }

  @Test
  void numbersThatPostgresCannotStoreAreRefused() {
    assertThat(event(track(",\"properties\":{\"x\":1e300}"))).isNotNull();
    for (var number : new String[] {"1e401", "-1E+99999", "1e-2000000000", "1e99999999999"}) {
      assertThat(reject(track(",\"properties\":{\"x\":[" + number + "]}")).reason())
          .isEqualTo("number-out-of-range");
    }
  }

  @Test
  void textsThatPostgresCannotStoreAreMended() {
    var event =
        event(
            track(
                ",\"messageId\":\"m\\u0000\",\"properties\":{\"a\\u0000\":\"x\\ud800y\",\"b\":\"\\\\u0000\"}"));
    assertThat(event.messageId()).isEqualTo("m\ufffd");
    assertThat(tree(event.properties()))
        .isEqualTo(tree("{\"a\ufffd\":\"x\ufffdy\",\"b\":\"\\\\u0000\"}"));
    var pair = event(track(",\"properties\":{\"a\":\"\\ud83d\\ude00\"}"));
    assertThat(tree(pair.properties()).path("a").asString()).isEqualTo("\ud83d\ude00");
  }

  @Test
  void whatATenantDeniesIsGone() {
    key = key(Set.of("email", "context.device.advertisingId"), IpPolicy.DROP);
    var event =
        event(
            track(
                """
                ,"properties":{"email":"a@b","deep":[{"email":{"x":1},"kept":1}]},
                "context":{"device":{"advertisingId":"ad","id":"d"},"traits":{"email":"a@b"}}
                """));
    assertThat(tree(event.properties())).isEqualTo(tree("{\"deep\":[{\"kept\":1}]}"));
    assertThat(tree(event.context())).isEqualTo(tree("{\"device\":{\"id\":\"d\"},\"traits\":{}}"));
    var refused = reject("{\"type\":\"identify\",\"traits\":{\"email\":\"a@b\",\"kept\":1}}");
    assertThat(String.valueOf(refused.event())).doesNotContain("a@b").contains("kept");
  }

  @Test
  void addressesAreDroppedTruncatedOrKeptAsTheTenantWants() {
    var json = track(",\"context\":{\"ip\":\"198.51.100.23\",\"x\":1}");
    assertThat(event(json).where().ip()).isNull();
    assertThat(event(json).context()).hasToString("{\"x\":1}");
    key = key(Set.of(), IpPolicy.TRUNCATE);
    assertThat(event(json).where().ip()).isEqualTo("198.51.100.0");
    assertThat(event(track("")).where().ip()).isEqualTo("203.0.113.0");
    assertThat(event(track(",\"context\":{\"ip\":\"2001:db8:1:2:3:4:5:6\"}")).where().ip())
        .isEqualTo("2001:db8:1:0:0:0:0:0");
    assertThat(event(track(",\"context\":{\"ip\":\"localhost\"}")).where().ip()).isNull();
    key = key(Set.of(), IpPolicy.KEEP);
    assertThat(event(json).where().ip()).isEqualTo("198.51.100.23");
  }

  @Test
  void whatIsNoBatchFailsAsAWhole() {
    for (var body :
        new String[] {
          "",
          "[]",
          "7",
          "{",
          "{}",
          "{\"batch\":{}}",
          "{\"batch\":[}",
          "{\"batch\":[]} x",
          "{\"batch\":[],\"context\":[]}",
          "{\"batch\":[{\"a\":01}]}",
          "\0{\0"
        }) {
      assertThatThrownBy(() -> batch(body)).as(body).isInstanceOf(UnreadableException.class);
    }
  }

  @Test
  void aBatchsContextCannotMakeAHundredOfABatch() {
    var context = "{\"x\":\"" + "x".repeat(30_000) + "\"}";
    assertThatThrownBy(() -> batch(many(100).replaceFirst("\\{", "{\"context\":" + context + ",")))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void timesComeInMoreThanOneForm() {
    for (var time :
        new String[] {
          "\"2026-11-25T10:00:00Z\"",
          "\"2026-11-25T11:00:00.000+01:00\"",
          "\"2026-11-25T11:00:00+0100\"",
          "\"2026-11-25 10:00:00\"",
          "1795600800000",
          "\"٢٠٢٦-١١-٢٥T١٠:٠٠:٠٠Z\""
        }) {
      assertThat(event(track(",\"timestamp\":" + time)).times().occurredAt())
          .as(time)
          .isEqualTo("2026-11-25T10:00:00Z");
    }
  }
}
