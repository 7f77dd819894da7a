package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.Message;
import com.segment.analytics.messages.TrackMessage;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events from unmodified SDKs, and from requests of our own, with processes killed on the way. */
class EventsIT {
  @RegisterExtension static final Cluster cluster = Cluster.shared();

  /** It tries again after up to 30 s, then after up to a minute more, and so on. */
  private static final Duration JAVA_SDK = Duration.ofMinutes(4);

  /**
   * More messages than a worker prefetches, so that the next one has some of its own to begin with.
   */
  private static final int MESSAGES = 200;

  private static final Instant FIRST = Instant.parse("2026-11-01T00:00:00Z");
  private static final String STOPPING = "No more events are taken";

  private static String writeKey(String tenant) {
    Tenants.over(cluster.db()).ensure(tenant, tenant);
    return ApiKeys.over(cluster.db(), InstantSource.system())
        .issue(tenant, "app", Set.of(Scope.EVENTS_WRITE))
        .text();
  }

  private static long count(String tenant) {
    return number("select count(*) from event where tenant = ?", tenant);
  }

  private static long number(String sql, Object... parameters) {
    return cluster.db().sql(sql).params(parameters).query(Long.class).single();
  }

  private static void awaitCount(String tenant, long events) {
    awaitCount(tenant, events, Duration.ofSeconds(90));
  }

  private static void awaitCount(String tenant, long events, Duration atMost) {
    Awaitility.await(events + " events of " + tenant)
        .atMost(atMost)
        .ignoreExceptions()
        .until(() -> count(tenant) >= events);
  }

  @Test
  void theNodeSdksEventsAreWrittenOnceEachThoughIngestWasAwayAndIsKilled() throws Exception {
    var tenant = "sdk-node";
    var key = writeKey(tenant);
    var from = Instant.now();
    cluster.ingest.kill9();
    // Its clock says 1970, as far as the SDK can tell.
    var skew = -Instant.now().toEpochMilli();
    var sdk =
        CompletableFuture.supplyAsync(
            () -> NodeClient.segment(cluster.ingest.base(), key, 400, "ann", skew));
    cluster.ingest.launch().awaitReady();
    awaitCount(tenant, 20);
    cluster.ingest.kill9();
    cluster.ingest.launch().awaitReady();
    var said = sdk.get(4, TimeUnit.MINUTES);
    assertThat(said.path("delivered").asInt()).as(said.toString()).isEqualTo(401);

    awaitCount(tenant, 401);
    assertThat(count(tenant)).isEqualTo(401);
    assertThat(
            number(
                """
                select count(distinct (properties ->> 'n')::int) from event
                where tenant = ? and name = 'Counted'\
                """,
                tenant))
        .isEqualTo(400);
    // Repaired clocks; a batch that was sent again has other times of sending, not of happening.
    assertThat(
            number(
                """
                select count(*) from event
                where tenant = ? and not clamped and original_at < '1971-01-01'
                  and occurred_at between cast(? as timestamptz) - interval '2s' and now()\
                """,
                tenant,
                from.toString()))
        .isEqualTo(401);
    assertThat(
            number(
                """
                select s.events from event_session s
                  join event_device d using (tenant) join event_user u using (tenant)
                  join event_identity i using (tenant)
                where tenant = ? and s.subject is null and d.app_version = '1.2.3' and u.traits ->> 'plan' = 'pro'
                  and i.anonymous_id = 'ann-anonymous' and i.user_id = 'ann'\
                """,
                tenant))
        .isEqualTo(400);
  }

  @Test
  void theJavaSdksEventsAreWrittenOnceEachThoughIngestWasAwayAndIsKilled() throws Exception {
    var tenant = "sdk-java";
    var failed = new AtomicInteger();
    var delivered = new AtomicInteger();
    cluster.ingest.kill9();
    var analytics =
        Analytics.builder(writeKey(tenant))
            .endpoint(cluster.ingest.base().toString())
            .flushQueueSize(20)
            .flushInterval(1, TimeUnit.SECONDS)
            .retries(1_000)
            .callback(counting(delivered, failed))
            .build();
    analytics.enqueue(IdentifyMessage.builder().userId("bob").traits(Map.of("plan", "free")));
    for (int i = 0; i < 300; i++) {
      analytics.enqueue(TrackMessage.builder("Counted").userId("bob").properties(Map.of("n", i)));
    }
    analytics.flush();
    cluster.ingest.launch().awaitReady();
    awaitCount(tenant, 20, JAVA_SDK);
    cluster.ingest.kill9();
    cluster.ingest.launch().awaitReady();
    awaitCount(tenant, 301, JAVA_SDK);
    Awaitility.await().atMost(JAVA_SDK).until(() -> delivered.get() == 301);
    analytics.shutdown();

    assertThat(failed).hasValue(0);
    assertThat(count(tenant)).isEqualTo(301);
    assertThat(
            number("select count(distinct properties ->> 'n') from event where tenant = ?", tenant))
        .isEqualTo(300);
  }

  private static Callback counting(AtomicInteger delivered, AtomicInteger failed) {
    return new Callback() {
      @Override
      public void success(Message message) {
        delivered.incrementAndGet();
      }

      @Override
      public void failure(Message message, Throwable throwable) {
        failed.incrementAndGet();
      }
    };
  }

  private static String batch(String key, String prefix, int events) {
    return IntStream.range(0, events)
        .mapToObj(
            n ->
                """
                {"type":"track","event":"E","userId":"u%d","messageId":"%s-%d",
                 "context":{"sessionId":"s","device":{"id":"d"}}}\
                """
                    .formatted(n % 5, prefix, n))
        .collect(Collectors.joining(",", "{\"writeKey\":\"" + key + "\",\"batch\":[", "]}"));
  }

  private static int post(String body) {
    var request =
        HttpRequest.newBuilder(cluster.ingest.base().resolve("/v1/batch"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  @Test
  void theSameBatchTenTimesAtOnceIsWrittenOnce() {
    var body = batch(writeKey("ten-times"), "m", 100);
    var answers =
        IntStream.range(0, 10)
            .mapToObj(n -> CompletableFuture.supplyAsync(() -> post(body)))
            .toList();
    assertThat(answers).allMatch(answer -> answer.join() == 200);
    cluster.launch(cluster.workers.get(1));
    assertThat(post(batch(writeKey("ten-times-after"), "m", 1))).isEqualTo(200);
    awaitCount("ten-times-after", 1);
    awaitCount("ten-times", 100);
    assertThat(count("ten-times")).isEqualTo(100);
  }

  private interface Fault {
    void strike(Connection holding) throws Exception;
  }

  /**
   * Holds the writer with a lock of its own, strikes, lets go, and starts what was killed: each
   * event is there once, and all that follows from it.
   */
  private static void whileHeld(String tenant, String lock, String release, Fault fault)
      throws Exception {
    var key = writeKey(tenant);
    try (var holding = DriverManager.getConnection(cluster.postgres.url("offstage"))) {
      holding.setAutoCommit(false);
      execute(holding, lock);
      assertThat(post(batch(key, "m", 100))).isEqualTo(200);
      Awaitility.await("the writer waits for the lock")
          .atMost(Duration.ofSeconds(30))
          .until(() -> number("select count(*) from pg_locks where not granted") > 0);
      fault.strike(holding);
      execute(holding, release);
    }
    cluster.rabbit.start();
    cluster.launch(cluster.workers.getFirst());
    awaitCount(tenant, 100);
    assertThat(post(batch(key, "m", 100))).isEqualTo(200);
    assertThat(post(batch(key, "last", 1))).isEqualTo(200);
    awaitCount(tenant, 101);
    assertThat(count(tenant)).isEqualTo(101);
    assertThat(number("select events from event_session where tenant = ?", tenant)).isEqualTo(101);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aWorkerKilledBeforeTheCopyLosesAndDoublesNothing() throws Exception {
    whileHeld(
        "killed-before-copy",
        "select pg_advisory_xact_lock(hashtext('offstage.event'))",
        "rollback",
        holding -> cluster.workers.getFirst().kill9());
  }

  @Test
  void aWorkerKilledBetweenCopyAndCommitLosesAndDoublesNothing() throws Exception {
    whileHeld(
        "killed-before-commit",
        "lock table event_session in access exclusive mode",
        "rollback",
        holding -> cluster.workers.getFirst().kill9());
  }

  /** The broker dies before the commit, so that no acknowledgement can reach it. */
  @Test
  void aWorkerKilledBetweenCommitAndAcknowledgementLosesAndDoublesNothing() throws Exception {
    var tenant = "killed-before-ack";
    whileHeld(
        tenant,
        "lock table event_session in access exclusive mode",
        "rollback",
        holding -> {
          cluster.rabbit.kill();
          execute(holding, "rollback");
          awaitCount(tenant, 100);
          cluster.workers.getFirst().kill9();
        });
  }

  @Test
  void aRestartedBrokerHasWhatWasAccepted() throws Exception {
    var tenant = "broker-restart";
    var key = writeKey(tenant);
    cluster.workers.getFirst().kill9();
    for (int i = 0; i < 20; i++) {
      assertThat(post(batch(key, "b" + i, 50))).isEqualTo(200);
    }
    cluster.rabbit.restart();
    cluster.launch(cluster.workers.getFirst());
    awaitCount(tenant, 1_000);
    assertThat(count(tenant)).isEqualTo(1_000);
  }

  /** Messages one after the other, each with an event of each of four persons, from a number on. */
  private static void postInOrder(String key, int from, int messages) {
    for (int n = from; n < from + messages; n++) {
      int number = n;
      var body =
          IntStream.range(0, 4)
              .mapToObj(
                  person ->
                      """
                      {"type":"track","event":"E","userId":"u%d","messageId":"%d-%d",
                       "timestamp":"%s","properties":{"n":%d}}\
                      """
                          .formatted(person, number, person, FIRST.plusSeconds(number), number))
              .collect(Collectors.joining(",", "{\"writeKey\":\"" + key + "\",\"batch\":[", "]}"));
      assertThat(post(body)).isEqualTo(200);
    }
  }

  /** What comes before something that the same person did before it. */
  private static long outOfOrder(String tenant) {
    return number(
        """
        select count(*) from (
          select n, lag(n) over (partition by user_id order by txid, occurred_at, id) as before
          from (select *, (properties ->> 'n')::int as n from event where tenant = ?) e) o
        where n <= before\
        """,
        tenant);
  }

  @Test
  void whatAPersonDidIsWrittenInOrderAlsoWhenAWorkerStopsOrDiesAndTheNextGoesOn() throws Exception {
    var tenant = "in-order";
    var key = writeKey(tenant);
    var first = cluster.workers.getFirst();
    var second = cluster.workers.get(1);
    second.kill9();
    first.launch().awaitReady();
    postInOrder(key, 0, 1);
    awaitCount(tenant, 4);
    second.launch().awaitReady();

    try (var holding = DriverManager.getConnection(cluster.postgres.url("offstage"))) {
      holding.setAutoCommit(false);
      var stops = postWhileHeld(holding, key, 1, first);
      var stopped = CompletableFuture.runAsync(first::stop);
      Awaitility.await("it is stopping")
          .atMost(Duration.ofMinutes(1))
          .until(() -> count(first.output(), STOPPING) > stops);
      execute(holding, "rollback");
      stopped.join();
      awaitCount(tenant, 4L * (MESSAGES + 1));
      assertThat(outOfOrder(tenant)).as("after a worker was stopped").isZero();

      first.launch().awaitReady();
      postWhileHeld(holding, key, MESSAGES + 1, second);
      second.kill9();
      execute(holding, "rollback");
    }
    awaitCount(tenant, 4L * (2 * MESSAGES + 1));
    assertThat(outOfOrder(tenant)).as("after a worker was killed").isZero();
  }

  /** Posts while nothing can be written; answers how often the worker has been stopped before. */
  private static long postWhileHeld(Connection holding, String key, int from, App worker)
      throws SQLException {
    execute(holding, "select pg_advisory_xact_lock(hashtext('offstage.event'))");
    postInOrder(key, from, MESSAGES);
    Awaitility.await("the writer waits for the lock")
        .atMost(Duration.ofSeconds(30))
        .until(() -> number("select count(*) from pg_locks where not granted") > 0);
    return count(worker.output(), STOPPING);
  }

  private static long count(String text, String what) {
    return text.split(what, -1).length - 1;
  }
}
