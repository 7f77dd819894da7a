package dev.offstage.worker.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offstage.event.Event;
import dev.offstage.event.Event.Where;
import dev.offstage.event.Event.Who;
import dev.offstage.event.EventBatch;
import dev.offstage.event.EventSource;
import dev.offstage.event.EventTimes;
import dev.offstage.event.EventType;
import dev.offstage.servers.Servers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class GapSessionsIT {
  private static final Duration GAP = Duration.ofMinutes(30);

  @SuppressWarnings("NullAway.Init")
  private static HikariDataSource dataSource;

  @SuppressWarnings("NullAway.Init")
  private static JdbcClient db;

  private final String tenant = "t-" + UUID.randomUUID().toString().substring(0, 8);
  private final EventSource source = new EventSource(tenant, "shop", UUID.randomUUID());
  private final Instant start =
      Instant.now().minus(Duration.ofHours(30)).truncatedTo(ChronoUnit.SECONDS);
  private int messages;

  @BeforeAll
  static void migrate() {
    var config = new HikariConfig();
    config.setJdbcUrl(Servers.shared().postgresUrl());
    config.setMaximumPoolSize(8);
    dataSource = new HikariDataSource(config);
    Flyway.configure().dataSource(dataSource).load().migrate();
    db = JdbcClient.create(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static EventStore store() {
    return EventStore.over(dataSource, List.of(new GapSessions(GAP), new Sessions()));
  }

  private void write(Event... events) {
    store().write(List.of(new EventBatch(List.of(events), List.of())));
  }

  private Event at(int minute, @Nullable String device, @Nullable String anonymous) {
    return at(minute, device, anonymous, null, null);
  }

  private Event at(
      int minute,
      @Nullable String device,
      @Nullable String anonymous,
      @Nullable String user,
      @Nullable String session) {
    var id = "m" + messages++;
    var time = start.plus(Duration.ofMinutes(minute));
    return new Event(
        source,
        source.idOf(id),
        EventType.TRACK,
        "E",
        id,
        new Who(user, anonymous, null, null),
        new Where(device, session, "v" + minute, null, null, null, null, null, null, null),
        new EventTimes(time, time, null, time, false),
        null,
        null,
        null);
  }

  /** As subject, minutes of begin and end, and how many events. */
  private List<String> sessions() {
    return db.sql(
            """
            select concat_ws(' ', subject,
              extract(epoch from started_at - ?::timestamptz)::integer / 60,
              extract(epoch from last_event_at - ?::timestamptz)::integer / 60, events)
            from event_session where tenant = ? order by subject, started_at
            """)
        .params(start.toString(), start.toString(), tenant)
        .query((row, n) -> String.valueOf(row.getString(1)))
        .list();
  }

  @Test
  void aGapEndsASessionAndTheNextEventBeginsAnother() {
    write(at(0, "d", "a"), at(29, "d", "a"), at(59, "d", "a"), at(90, "d", "a"));
    write(at(120, "d", "a"), at(151, "d", "a"));

    assertThat(sessions())
        .containsExactly("device:d 0 59 3", "device:d 90 120 2", "device:d 151 151 1");
  }

  @Test
  void aLateEventMakesOneOfTwoWhichKeepsItsIdAndWhatTheLatestSaid() {
    write(at(0, null, "a"), at(50, null, "a"));
    var first =
        db.sql("select session_id from event_session where tenant = ? order by started_at limit 1")
            .param(tenant)
            .query(String.class)
            .single();

    write(at(25, null, "a", "ann", null));

    assertThat(sessions()).containsExactly("anonymous:a 0 50 3");
    assertThat(
            db.sql(
                    """
                    select concat_ws(' ', session_id, user_id, app_version)
                    from event_session where tenant = ?
                    """)
                .param(tenant)
                .query(String.class)
                .single())
        .isEqualTo(first + " ann v50");
  }

  @Test
  void whereTheAppNamesOneOrNobodyIsThereNoneIsDerived() {
    write(at(0, "d", "a", null, "named"), at(1, null, null, "server-user", null));

    assertThat(sessions()).containsExactly("0 0 1");
  }

  @Test
  void inWhateverOrderEventsComeTheSessionsAreTheSame() {
    var random = new Random(7);
    var events = new ArrayList<Event>();
    for (int n = 0; n < 400; n++) {
      events.add(at(random.nextInt(1_500), "d" + random.nextInt(12), null));
    }
    var expected = expected(events);
    Collections.shuffle(events, random);
    for (int from = 0; from < events.size(); ) {
      int to = Math.min(events.size(), from + 1 + random.nextInt(20));
      write(events.subList(from, to).toArray(Event[]::new));
      from = to;
    }

    assertThat(sessions()).containsExactlyElementsOf(expected);
  }

  @Test
  void writersOfTheSameSubjectsAtOnceMakeTheSameSessions() throws Exception {
    var random = new Random(11);
    var events = new ArrayList<Event>();
    for (int n = 0; n < 600; n++) {
      events.add(at(random.nextInt(600), null, "a" + random.nextInt(5)));
    }
    var expected = expected(events);
    var tasks = new ArrayList<Callable<Boolean>>();
    for (int from = 0; from < events.size(); from += 30) {
      var part = events.subList(from, from + 30).toArray(Event[]::new);
      tasks.add(
          () -> {
            write(part);
            return true;
          });
    }
    try (var threads = Executors.newFixedThreadPool(6)) {
      for (var each : threads.invokeAll(tasks)) {
        each.get();
      }
    }

    assertThat(sessions()).containsExactlyElementsOf(expected);
  }

  /** Sessions the simple way. */
  private List<String> expected(List<Event> events) {
    var bySubject = new TreeMap<String, List<Integer>>();
    for (var event : events) {
      var device = event.where().deviceId();
      var subject = device == null ? "anonymous:" + event.who().anonymousId() : "device:" + device;
      bySubject
          .computeIfAbsent(subject, s -> new ArrayList<>())
          .add((int) Duration.between(start, event.times().occurredAt()).toMinutes());
    }
    var sessions = new ArrayList<String>();
    bySubject.forEach(
        (subject, minutes) -> {
          Collections.sort(minutes);
          int from = 0;
          for (int n = 1; n <= minutes.size(); n++) {
            if (n == minutes.size() || minutes.get(n) - minutes.get(n - 1) > GAP.toMinutes()) {
              sessions.add(
                  "%s %d %d %d"
                      .formatted(subject, minutes.get(from), minutes.get(n - 1), n - from));
              from = n;
            }
          }
        });
    return sessions;
  }
}
