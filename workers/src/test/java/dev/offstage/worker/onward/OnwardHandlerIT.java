package dev.offstage.worker.onward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.job.Outcome;
import dev.offstage.onward.EventDestination;
import dev.offstage.onward.EventFilter;
import dev.offstage.onward.OnwardEvent;
import dev.offstage.onward.OnwardMarks;
import dev.offstage.onward.OnwardQueue;
import dev.offstage.onward.OnwardStore;
import dev.offstage.onward.Position;
import dev.offstage.servers.Servers;
import dev.offstage.store.Db;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.TestContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.util.unit.DataSize;

class OnwardHandlerIT {
  private static final EmbeddedKafkaKraftBroker KAFKA = new EmbeddedKafkaKraftBroker(1, 3);

  @SuppressWarnings("NullAway.Init")
  private static DriverManagerDataSource database;

  @SuppressWarnings("NullAway.Init")
  private static OnwardStore store;

  @SuppressWarnings("NullAway.Init")
  private static OnwardProperties properties;

  @SuppressWarnings("NullAway.Init")
  private static KafkaClusters clusters;

  @BeforeAll
  static void start() {
    KAFKA.afterPropertiesSet();
    database = new DriverManagerDataSource(Servers.shared().postgresUrl());
    Flyway.configure().dataSource(database).load().migrate();
    store = OnwardStore.over(Db.over(database));
    var cluster =
        new OnwardProperties.Cluster(
            KAFKA.getBrokersAsString(), "offstage.events.{tenant}", Map.of());
    properties =
        new OnwardProperties(
            Map.of("main", cluster),
            5,
            DataSize.ofMegabytes(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(15),
            Duration.ofDays(5));
    clusters = new KafkaClusters(properties);
  }

  @AfterAll
  static void stop() {
    clusters.destroy();
    KAFKA.destroy();
  }

  private static UUID destination(String tenant, EventFilter filter) {
    JdbcClient.create(database)
        .sql("insert into tenant (id, name) values (?, ?) on conflict do nothing")
        .params(tenant, tenant)
        .update();
    return create(tenant, "main", "main", filter);
  }

  private static UUID create(String tenant, String name, String cluster, EventFilter filter) {
    return store
        .create(tenant, name, new EventDestination.Kafka(cluster), filter, 10)
        .orElseThrow()
        .id();
  }

  private static void event(JdbcClient jdbc, String tenant, String name, String user, int second) {
    jdbc.sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              occurred_at, received_at, clamped)
            values (gen_random_uuid(), :tenant, 'shop', gen_random_uuid(), 'track', :name, 'm',
              :user, date_trunc('day', now()) + :second * interval '1 s', now(), false)
            """)
        .param("tenant", tenant)
        .param("name", name)
        .param("user", user)
        .param("second", second)
        .update();
    OnwardMarks.over(jdbc).leave(List.of(tenant));
  }

  private static boolean isDue(UUID id) {
    return store.due(1_000).stream().anyMatch(each -> each.id().equals(id));
  }

  private static long marks(String tenant) {
    return JdbcClient.create(database)
        .sql("select count(*) from event_onward_mark where tenant = ?")
        .param(tenant)
        .query(Long.class)
        .single();
  }

  /** An attempt that no longer owns its job. */
  private static TestContext lost(String tenant) {
    var context = TestContext.of(TestContext.job(), tenant);
    context.commits = 0;
    return context;
  }

  private static Outcome run(UUID destination, TestContext attempt) throws Exception {
    return new OnwardHandler(
            EventDestination.Kafka.KIND,
            new KafkaReceiver(clusters),
            OnwardQueue.over(Db.over(database)),
            properties)
        .run(new OnwardHandler.Wish(destination), attempt);
  }

  /** All that a tenant's topic holds, when it holds so many. */
  private static List<ConsumerRecord<String, String>> read(String tenant, int expected) {
    var config =
        Map.<String, Object>of(
            "bootstrap.servers", KAFKA.getBrokersAsString(),
            "group.id", UUID.randomUUID().toString(),
            "auto.offset.reset", "earliest");
    var records = new ArrayList<ConsumerRecord<String, String>>();
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("offstage.events." + tenant));
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (records.size() < expected && System.nanoTime() - end < 0) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static List<String> namesOf(List<ConsumerRecord<String, String>> records, String user) {
    return records.stream()
        .filter(each -> user.equals(each.key()))
        .map(each -> each.value().replaceAll(".*\"event\": ?\"([^\"]*)\".*", "$1"))
        .toList();
  }

  @Test
  void eachPersonsEventsArriveInOrderAndOnceMoreNothing() throws Exception {
    var id = destination("order", EventFilter.ALL);
    var jdbc = JdbcClient.create(database);
    for (int i = 0; i < 23; i++) {
      event(jdbc, "order", "E" + i, "u" + i % 2, i);
    }

    assertThat(run(id, TestContext.of(TestContext.job(), "order")))
        .isEqualTo(new Outcome.Complete("{\"events\":23}"));
    assertThat(run(id, TestContext.of(TestContext.job(), "order")))
        .isEqualTo(new Outcome.Complete("{\"events\":0}"));

    var records = read("order", 23);
    assertThat(records).hasSize(23);
    assertThat(namesOf(records, "u0"))
        .containsExactly(
            "E0", "E2", "E4", "E6", "E8", "E10", "E12", "E14", "E16", "E18", "E20", "E22");
    assertThat(records)
        .allSatisfy(each -> assertThat(each.headers().lastHeader("offstage-event-id")).isNotNull());
    assertThat(store.find("order", id).orElseThrow().delivered()).isEqualTo(23);
  }

  @Test
  void onlyWhatTheFilterLetsThroughArrives() throws Exception {
    var id = destination("filter", new EventFilter(Set.of(), Set.of(), Set.of("Bought"), Set.of()));
    var jdbc = JdbcClient.create(database);
    for (int i = 0; i < 12; i++) {
      event(jdbc, "filter", i == 7 ? "Bought" : "Viewed", "ada", i);
    }

    run(id, TestContext.of(TestContext.job(), "filter"));

    assertThat(namesOf(read("filter", 1), "ada")).containsExactly("Bought");
  }

  @Test
  void aBatchIsCutBeforeItIsTooLarge() {
    var id = destination("large", EventFilter.ALL);
    var jdbc = JdbcClient.create(database);
    for (int i = 0; i < 3; i++) {
      event(jdbc, "large", "E".repeat(1_000), "ada", i);
    }
    var destination = store.find("large", id).orElseThrow();
    var queue = OnwardQueue.over(Db.over(database));
    var all = queue.next(destination, 10, Long.MAX_VALUE);
    // Not of one length: a time has as many digits as it needs.
    long two = all.events().stream().limit(2).mapToLong(event -> event.json().length()).sum();

    assertThat(all.events()).hasSize(3);
    assertThat(all.last()).isTrue();
    assertThat(queue.next(destination, 10, two).events()).hasSize(2);
    assertThat(queue.next(destination, 10, two - 1).events()).hasSize(1);
    assertThat(queue.next(destination, 10, 1).events()).hasSize(1);
  }

  @Test
  void aBatchWhosePositionWasNotWrittenIsSentAgainWithTheSameIds() throws Exception {
    var id = destination("again", EventFilter.ALL);
    event(JdbcClient.create(database), "again", "E", "ada", 1);

    assertThatThrownBy(() -> run(id, lost("again"))).isInstanceOf(ClaimLostException.class);
    run(id, TestContext.of(TestContext.job(), "again"));

    var records = read("again", 2);
    assertThat(records).hasSize(2);
    assertThat(records.get(0).headers().lastHeader("offstage-event-id").value())
        .isEqualTo(records.get(1).headers().lastHeader("offstage-event-id").value());
  }

  @Test
  void whatCommitsLateIsNotPassedOver() throws Exception {
    var id = destination("late", EventFilter.ALL);
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      var slow = JdbcClient.create(new SingleConnectionDataSource(connection, true));
      event(slow, "late", "first", "ada", 1);
      event(JdbcClient.create(database), "late", "second", "ada", 2);

      assertThat(run(id, TestContext.of(TestContext.job(), "late")))
          .isEqualTo(new Outcome.Complete("{\"events\":0}"));
      assertThat(isDue(id)).isFalse();
      connection.commit();
    }
    assertThat(isDue(id)).isTrue();
    run(id, TestContext.of(TestContext.job(), "late"));

    assertThat(namesOf(read("late", 2), "ada")).containsExactly("first", "second");
  }

  @Test
  void aDestinationGoesOnFromAPosition() throws Exception {
    var id = destination("seek", EventFilter.ALL);
    var start = store.find("seek", id).orElseThrow().position();
    event(JdbcClient.create(database), "seek", "E", "ada", 1);
    run(id, TestContext.of(TestContext.job(), "seek"));

    assertThat(Position.of(start.text())).isEqualTo(start);
    store.seek("seek", id, start);
    run(id, TestContext.of(TestContext.job(), "seek"));

    assertThat(read("seek", 2)).hasSize(2);
  }

  @Test
  void whatKeepsADestinationFromItsEventsIsNoted() throws Exception {
    var tenant = "trouble";
    destination(tenant, EventFilter.ALL);
    var id = create(tenant, "elsewhere", "nowhere", EventFilter.ALL);
    event(JdbcClient.create(database), tenant, "E", "ada", 1);

    assertThat(run(id, TestContext.of(TestContext.job(), tenant)))
        .isInstanceOf(Outcome.Retry.class);
    assertThat(store.find(tenant, id).orElseThrow().trouble()).contains("nowhere");
    assertThat(store.find(tenant, id).orElseThrow().position().at()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void aDestinationIsDueOnceForWhatIsWrittenAndItsMarksAreForgottenAfterIt() throws Exception {
    var id = destination("marks", EventFilter.ALL);
    var jdbc = JdbcClient.create(database);
    for (int i = 0; i < 7; i++) {
      event(jdbc, "marks", "E" + i, "ada", i);
    }
    assertThat(isDue(id)).isTrue();
    OnwardMarks.over(jdbc).forget();
    assertThat(marks("marks")).as("one stands for all").isOne();
    assertThat(isDue(id)).isTrue();

    run(id, TestContext.of(TestContext.job(), "marks"));
    assertThat(isDue(id)).isFalse();
    OnwardMarks.over(jdbc).forget();
    assertThat(marks("marks")).isZero();

    store.pause("marks", id);
    event(jdbc, "marks", "late", "ada", 8);
    OnwardMarks.over(jdbc).forget();
    assertThat(marks("marks")).as("nobody waits").isZero();
    store.resume("marks", id);
    assertThat(isDue(id)).isTrue();
    assertThat(run(id, TestContext.of(TestContext.job(), "marks")))
        .isEqualTo(new Outcome.Complete("{\"events\":1}"));
  }

  @Test
  void aDestinationGoesOnFromNowAndFromTheBeginning() throws Exception {
    var id = destination("now", EventFilter.ALL);
    event(JdbcClient.create(database), "now", "missed", "ada", 1);

    store.seek("now", id, null);
    assertThat(run(id, TestContext.of(TestContext.job(), "now")))
        .isEqualTo(new Outcome.Complete("{\"events\":0}"));
    store.seek("now", id, Position.BEGINNING);
    assertThat(run(id, TestContext.of(TestContext.job(), "now")))
        .isEqualTo(new Outcome.Complete("{\"events\":1}"));
  }

  @Test
  void aBatchEndsWhereItsBytesAreEnough() {
    var id = destination("bytes", EventFilter.ALL);
    var jdbc = JdbcClient.create(database);
    for (int i = 0; i < 4; i++) {
      event(jdbc, "bytes", "E" + i, "ada", i);
    }
    var queue = OnwardQueue.over(Db.over(database));

    var first = queue.next(store.find("bytes", id).orElseThrow(), 100, 1);
    assertThat(first.events()).hasSize(1);
    assertThat(first.last()).isFalse();
    assertThat(queue.advance(store.find("bytes", id).orElseThrow(), first)).isTrue();
    var rest = queue.next(store.find("bytes", id).orElseThrow(), 100, 1_000_000);
    assertThat(rest.events()).extracting(OnwardEvent::name).containsExactly("E1", "E2", "E3");
    assertThat(rest.last()).isTrue();
  }
}
