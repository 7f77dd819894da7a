package dev.offstage.worker.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offstage.event.ErasureStore;
import dev.offstage.event.Event;
import dev.offstage.event.Event.Where;
import dev.offstage.event.Event.Who;
import dev.offstage.event.EventBatch;
import dev.offstage.event.EventRetention;
import dev.offstage.event.EventSource;
import dev.offstage.event.EventTimes;
import dev.offstage.event.EventType;
import dev.offstage.event.JsonBytes;
import dev.offstage.event.RejectedEvent;
import dev.offstage.servers.Servers;
import dev.offstage.store.Db;
import dev.offstage.worker.analytics.EventStore.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class EventStoreIT {
  private static final List<WriteStep> STEPS =
      List.of(new Identities(), new Aliases(), new Users(), new Devices(), new Sessions());
  private static final Where NOWHERE =
      new Where(null, null, null, null, null, null, null, null, null, null);

  @SuppressWarnings("NullAway.Init")
  private static HikariDataSource dataSource;

  @SuppressWarnings("NullAway.Init")
  private static JdbcClient db;

  private final String tenant = "t-" + UUID.randomUUID().toString().substring(0, 8);
  private final EventSource source = new EventSource(tenant, "shop", UUID.randomUUID());
  private final EventStore store = EventStore.over(dataSource, STEPS);
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);

  @BeforeAll
  static void migrate() {
    var config = new HikariConfig();
    config.setJdbcUrl(Servers.shared().postgresUrl());
    config.setMaximumPoolSize(16);
    dataSource = new HikariDataSource(config);
    Flyway.configure().dataSource(dataSource).load().migrate();
    db = JdbcClient.create(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private Event event(String messageId, EventType type, Who who, Where where, Instant at) {
    return new Event(
        source,
        source.idOf(messageId),
        type,
        type == EventType.TRACK ? "Bought" : null,
        messageId,
        who,
        where,
        new EventTimes(at, at, null, now, false),
        JsonBytes.of("{\"plan\":\"" + messageId + "\"}"),
        null,
        null);
  }

  private Event track(String messageId, String user) {
    return event(messageId, EventType.TRACK, user(user), NOWHERE, now);
  }

  private static Who user(String id) {
    return new Who(id, null, null, null);
  }

  private Event anonymous(String messageId, String anonymousId, Instant at) {
    var who = new Who(null, anonymousId, null, null);
    return event(messageId, EventType.TRACK, who, NOWHERE, at);
  }

  private Event identify(String messageId, String anonymousId, String user, Instant at) {
    var who = new Who(user, anonymousId, null, null);
    return event(messageId, EventType.IDENTIFY, who, NOWHERE, at);
  }

  private Event alias(String messageId, String previous, String user) {
    var who = new Who(user, null, previous, null);
    return event(messageId, EventType.ALIAS, who, NOWHERE, now);
  }

  private static EventBatch batch(Event... events) {
    return new EventBatch(List.of(events), List.of());
  }

  private Written write(Event... events) {
    return store.write(List.of(batch(events)));
  }

  private long count(String table) {
    return db.sql("select count(*) from " + table + " where tenant = ?")
        .param(tenant)
        .query(Long.class)
        .single();
  }

  private String text(String sql, Object... parameters) {
    return db.sql(sql).params(parameters).query(String.class).single();
  }

  private String person(String anonymousId, Instant at) {
    return text(
        "select event_person(?, ?, cast(? as timestamptz))", tenant, anonymousId, at.toString());
  }

  private void ensureTenant() {
    db.sql("insert into tenant (id, name) values (?, 'test')").param(tenant).update();
  }

  @Test
  void everyColumnIsWrittenAsItIs() {
    var at = now.minusSeconds(100);
    var where = new Where("d", "s", "1.2", "ios", "26", "iP", "de-DE", "DE", "2001:db8::", true);
    var full =
        new Event(
            source,
            source.idOf("m"),
            EventType.ALIAS,
            "Käufe 😀",
            "m",
            new Who("u", "a", "p", "g"),
            where,
            new EventTimes(at, now.minusSeconds(500), now.minusSeconds(400), now, true),
            JsonBytes.of("{\"a\":[1,2.50]}"),
            JsonBytes.of("{\"b\":null}"),
            JsonBytes.of("{\"All\":false}"));
    assertThat(write(full)).isEqualTo(new Written(1, 0));
    assertThat(
            text(
                """
                select concat_ws('|', id, app, write_key, type, name, message_id, user_id,
                  anonymous_id, previous_id, group_id, device_id, session_id, app_version, platform,
                  os_version, device_model, locale, country, ip, clamped, properties, context,
                  integrations,
                  occurred_at = cast(? as timestamptz) and original_at = cast(? as timestamptz)
                  and sent_at = cast(? as timestamptz) and received_at = cast(? as timestamptz))
                from event where tenant = ?
                """,
                at.toString(),
                now.minusSeconds(500).toString(),
                now.minusSeconds(400).toString(),
                now.toString(),
                tenant))
        .isEqualTo(
            String.join(
                "|",
                full.id().toString(),
                "shop",
                source.writeKey().toString(),
                "alias|Käufe 😀|m|u|a|p|g|d|s|1.2|ios|26|iP|de-DE|DE|2001:db8::|t",
                "{\"a\": [1, 2.50]}|{\"b\": null}|{\"All\": false}|t"));
  }

  @Test
  void whatComesAgainIsWrittenOnce() {
    assertThat(write(track("1", "u"), track("2", "u"), track("1", "u")).events()).isEqualTo(2);
    assertThat(write(track("2", "u"), track("3", "u")).events()).isOne();
    assertThat(count("event")).isEqualTo(3);
  }

  @Test
  void theSameBatchTenTimesAtOnceIsWrittenOnce() throws Exception {
    var events =
        IntStream.range(0, 300).mapToObj(n -> track("m" + n, "u" + n % 7)).toArray(Event[]::new);
    var tasks = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 10; i++) {
      var own = EventStore.over(dataSource, STEPS);
      tasks.add(() -> own.write(List.of(batch(events))).events());
    }
    try (var threads = Executors.newFixedThreadPool(10)) {
      int written = 0;
      for (var each : threads.invokeAll(tasks)) {
        written += each.get();
      }
      assertThat(written).isEqualTo(300);
    }
    assertThat(count("event")).isEqualTo(300);
    assertThat(count("event_user")).isEqualTo(7);
  }

  @Test
  void aCopyIsKnownWhateverDayItBelongsTo() {
    var midnight = now.truncatedTo(ChronoUnit.DAYS);
    var before = event("m", EventType.TRACK, user("u"), NOWHERE, midnight.minusMillis(1));
    var after = event("m", EventType.TRACK, user("u"), NOWHERE, midnight);
    assertThat(write(before).events()).isOne();
    assertThat(write(after).events()).isZero();
    assertThat(count("event")).isOne();
  }

  @Test
  void aCopyIsKnownForAWholeWindowAfterTheGenerationTurned() {
    write(track("m", "u"));
    turnAt(Duration.ofHours(73));
    assertThat(write(track("m", "u"), track("n", "u")).events()).isOne();
    turnAt(Duration.ofHours(146));
    assertThat(write(track("n", "u")).events()).isZero();
    assertThat(count("event")).isEqualTo(2);
  }

  private static void turnAt(Duration fromNow) {
    var before = generation();
    db.sql("select turn_event_window(now() + :ms * interval '1 ms')")
        .param("ms", fromNow.toMillis())
        .query((row, n) -> n)
        .list();
    assertThat(generation()).isEqualTo(before + 1);
  }

  private static int generation() {
    return db.sql("select generation from event_window").query(Integer.class).single();
  }

  @Test
  void aTransactionThatDiesBeforeItsCommitLeavesNothingAndIsWrittenAgain() {
    WriteStep dies =
        (connection, events) ->
            connection.sql("select pg_terminate_backend(pg_backend_pid())").query().listOfRows();
    var steps = new ArrayList<>(STEPS);
    steps.add(dies);
    var dying = EventStore.over(dataSource, steps);
    assertThatThrownBy(() -> dying.write(List.of(batch(track("m", "u")))))
        .isInstanceOf(RuntimeException.class);
    assertThat(count("event") + count("event_user")).isZero();
    assertThat(write(track("m", "u")).events()).isOne();
    assertThat(write(track("m", "u")).events()).isZero();
  }

  @Test
  void aRejectIsWrittenOnceAndCanBeAcceptedLater() {
    var reject =
        new RejectedEvent(
            source,
            source.rejectOf("m"),
            now,
            "no-user",
            "why",
            "track",
            "E",
            "m",
            JsonBytes.of("{\"x\":1}"));
    var rejects = List.of(new EventBatch(List.of(), List.of(reject)));
    assertThat(store.write(rejects)).isEqualTo(new Written(0, 1));
    assertThat(store.write(rejects)).isEqualTo(new Written(0, 0));
    assertThat(write(track("m", "u")).events()).isOne();
    assertThat(text("select reason || event from event_reject where tenant = ?", tenant))
        .isEqualTo("no-user{\"x\": 1}");
  }

  @Test
  void anonymousEventsAreTheUsersWhoIdentified() {
    var start = now.minusSeconds(1_000);
    write(anonymous("1", "phone", start), identify("2", "phone", "ann", start.plusSeconds(10)));
    write(identify("3", "phone", "bob", start.plusSeconds(100)));
    assertThat(person("phone", start)).isEqualTo("ann");
    assertThat(person("phone", start.plusSeconds(50))).isEqualTo("ann");
    assertThat(person("phone", start.plusSeconds(200))).isEqualTo("bob");
    write(identify("4", "tablet", "ann", now));
    assertThat(
            db.sql("select anonymous_id from event_identity where tenant = ? and user_id = 'ann'")
                .param(tenant)
                .query(String.class)
                .list())
        .containsExactlyInAnyOrder("phone", "tablet");
  }

  @Test
  void chainsOfAliasesLeadToOneUserInAnyOrder() {
    write(identify("0", "phone", "a", now));
    write(alias("1", "b", "c"), alias("2", "a", "b"), alias("3", "d", "a"), alias("4", "c", "a"));
    write(alias("5", "e", "f"));
    write(alias("6", "c", "f"));
    assertThat(
            db.sql("select distinct canonical_id from event_alias where tenant = ?")
                .param(tenant)
                .query(String.class)
                .list())
        .containsExactly("f");
    assertThat(count("event_alias")).isEqualTo(5);
    assertThat(person("phone", now)).isEqualTo("f");
  }

  @Test
  void usersDevicesAndSessionsAreWhatTheLatestEventSaysHoweverLateOthersCome() {
    var new1 = new Where("d", "s", "2.0", "ios", "26", "iP", "de-DE", "DE", null, false);
    var old1 = new Where("d", "s", "1.0", "ios", "25", null, "en-GB", "GB", null, true);
    var who = new Who("u", "a", null, null);
    var late = now.minusSeconds(5_000);
    var events =
        new Event[] {
          event("2", EventType.IDENTIFY, who, new1, now.minusSeconds(1)),
          event("3", EventType.TRACK, who, NOWHERE, now)
        };
    write(events);
    write(event("1", EventType.IDENTIFY, who, old1, late));
    write(events);
    assertThat(
            text(
                """
                select concat_ws('|', app_version, locale, traits, first_seen_at = ?::timestamptz,
                  last_seen_at = ?::timestamptz) from event_user where tenant = ?
                """,
                late.toString(),
                now.toString(),
                tenant))
        .isEqualTo("2.0|de-DE|{\"plan\": \"2\"}|t|t");
    assertThat(
            text(
                """
                select concat_ws('|', user_id, app_version, os_version, model, push_opt_in)
                from event_device where tenant = ?
                """,
                tenant))
        .isEqualTo("u|2.0|26|iP|f");
    assertThat(
            text(
                """
                select concat_ws('|', events, app_version, last_event_at - started_at)
                from event_session where tenant = ?
                """,
                tenant))
        .isEqualTo("2|2.0|01:23:19");
  }

  @Test
  void writersOfTheSameUsersInOppositeOrderDoNotDeadlock() throws Exception {
    var tasks = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 8; i++) {
      int writer = i;
      var own = EventStore.over(dataSource, STEPS);
      tasks.add(
          () -> {
            int written = 0;
            for (int round = 0; round < 10; round++) {
              var id = writer + "-" + round + "-";
              var events =
                  IntStream.range(0, 40)
                      .map(n -> writer % 2 == 0 ? n : 39 - n)
                      .mapToObj(n -> identify(id + n, "a" + n, "u" + n, now))
                      .toArray(Event[]::new);
              written += own.write(List.of(batch(events))).events();
            }
            return written;
          });
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      int written = 0;
      for (var each : threads.invokeAll(tasks)) {
        written += each.get();
      }
      assertThat(written).isEqualTo(3_200);
    }
  }

  @Test
  void anErasedUserIsGoneAndWhatIsStillUnderWayIsNotWritten() {
    ensureTenant();
    var past = now.minusSeconds(1_000);
    write(
        anonymous("1", "own", past),
        identify("2", "own", "ann", past.plusSeconds(1)),
        alias("3", "old-ann", "ann"),
        identify("4", "shared", "bob", past),
        identify("5", "shared", "ann", past.plusSeconds(500)),
        anonymous("6", "shared", past.plusSeconds(100)),
        anonymous("7", "shared", past.plusSeconds(600)),
        track("8", "bob"));
    var erasures = ErasureStore.over(Db.over(dataSource));
    var id = erasures.request(tenant, "old-ann");
    write(
        event("9", EventType.TRACK, user("ann"), NOWHERE, past),
        anonymous("10", "own", past),
        track("11", "bob"));
    assertThat(erasures.find(tenant, id).orElseThrow().doneAt()).isNull();
    assertThat(erasures.erase(id)).isEqualTo(5);
    assertThat(erasures.erase(id)).isZero();
    assertThat(erasures.find(tenant, id).orElseThrow().doneAt()).isNotNull();
    assertThat(
            db.sql("select message_id from event where tenant = ? order by message_id")
                .param(tenant)
                .query(String.class)
                .list())
        .containsExactlyInAnyOrder("11", "4", "6", "8");
    assertThat(count("event_user")).isOne();
    assertThat(count("event_alias")).isZero();
    assertThat(
            text(
                "select concat(count(*), max(e::text)) from event_erasure e where tenant = ?",
                tenant))
        .doesNotContain("ann")
        .doesNotContain("own");
    // Who comes back is written again.
    var back = Instant.now().plusSeconds(1);
    var event =
        new Event(
            source,
            source.idOf("12"),
            EventType.TRACK,
            "E",
            "12",
            user("ann"),
            NOWHERE,
            new EventTimes(back, back, null, back, false),
            null,
            null,
            null);
    assertThat(write(event).events()).isOne();
  }

  @Test
  void aDayThatRetentionTookIsMadeAgain() {
    var old = now.minus(Duration.ofDays(30));
    write(event("1", EventType.TRACK, user("u"), NOWHERE, old));
    var retention = EventRetention.over(Db.over(dataSource));
    retention.makeDays();
    assertThat(retention.dropDays(Duration.ofDays(29), Duration.ofDays(29))).isPositive();
    assertThat(count("event")).isZero();
    var again = event("2", EventType.TRACK, user("u"), NOWHERE, old);
    assertThatThrownBy(() -> write(again)).isInstanceOf(RuntimeException.class);
    assertThat(write(again).events()).isOne();
  }
}
