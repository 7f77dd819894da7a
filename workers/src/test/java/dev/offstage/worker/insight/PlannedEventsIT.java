package dev.offstage.worker.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.event.Event;
import dev.offstage.event.Event.Where;
import dev.offstage.event.Event.Who;
import dev.offstage.event.EventBatch;
import dev.offstage.event.EventSource;
import dev.offstage.event.EventTimes;
import dev.offstage.event.EventType;
import dev.offstage.event.JsonBytes;
import dev.offstage.live.LiveCounts;
import dev.offstage.plan.TrackingPlans;
import dev.offstage.rollup.Rollups;
import dev.offstage.servers.Servers;
import dev.offstage.store.Db;
import dev.offstage.worker.analytics.EventStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.json.JsonMapper;

/** What the writer's hooks leave behind. */
class PlannedEventsIT {
  private static final Where NOWHERE =
      new Where(null, null, null, null, null, null, null, null, null, null);
  private static final Instant AT = Instant.parse("2026-03-01T10:20:30Z");

  @SuppressWarnings("NullAway.Init")
  private static DataSource database;

  @SuppressWarnings("NullAway.Init")
  private static JdbcClient jdbc;

  private final String tenant = "p-" + UUID.randomUUID().toString().substring(0, 8);
  private final EventSource source = new EventSource(tenant, "shop", UUID.randomUUID());
  private final TrackingPlans plans = TrackingPlans.over(Db.over(database));
  private final List<String> live = new ArrayList<>();

  @BeforeAll
  static void migrate() {
    database = new DriverManagerDataSource(Servers.shared().postgresUrl());
    Flyway.configure().dataSource(database).load().migrate();
    jdbc = JdbcClient.create(database);
  }

  private EventStore store() {
    jdbc.sql("insert into tenant (id, name) values (?, 'T')").param(tenant).update();
    var check = new PlanCheck(plans, JsonMapper.builder().build());
    var counts =
        new LiveCounts() {
          @Override
          public void add(String of, long events, Collection<String> people) {
            live.add(of + " " + events + " " + people.stream().sorted().toList());
          }

          @Override
          public Optional<Counted> last(String of, int minutes) {
            return Optional.empty();
          }
        };
    return EventStore.over(
        database, List.of(check), List.of(new RollupMarks(counts), new PlanFlags(check)));
  }

  private Event bought(String messageId, String properties) {
    return new Event(
        source,
        source.idOf(messageId),
        EventType.TRACK,
        "Bought",
        messageId,
        new Who("ada", null, null, null),
        NOWHERE,
        new EventTimes(AT, AT, null, AT, false),
        JsonBytes.of(properties),
        null,
        null);
  }

  private long count(String table) {
    return jdbc.sql("select count(*) from " + table + " where tenant = ?")
        .param(tenant)
        .query(Long.class)
        .single();
  }

  @Test
  void whatIsWrittenIsCountedLiveAndRolledUp() {
    var store = store();
    store.write(List.of(new EventBatch(List.of(bought("1", "{}"), bought("2", "{}")), List.of())));
    store.write(List.of(new EventBatch(List.of(bought("2", "{}")), List.of()))); // a copy

    assertThat(live).containsExactly(tenant + " 2 [uada]");
    assertThat(count("event_dirty")).isEqualTo(1);
    var rollups = Rollups.over(Db.over(database));
    rollups.dirty(1_000).forEach(rollups::refresh);
    assertThat(
            jdbc.sql("select sum(events) from rollup_count where tenant = ?")
                .param(tenant)
                .query(Long.class)
                .single())
        .isEqualTo(2);
  }

  @Test
  void aPlanFlagsOrRejectsAndTheRestIsWritten() {
    var store = store();
    plans.put(
        tenant,
        "shop",
        """
        {"events": {"Bought": {"onViolation": "reject",
          "properties": {"required": ["total"]}}}, "unknownEvents": "flag"}
        """);

    var written =
        store.write(
            List.of(
                new EventBatch(
                    List.of(bought("1", "{\"total\": 1}"), bought("2", "{\"sum\": 1}")),
                    List.of())));

    assertThat(written).isEqualTo(new EventStore.Written(1, 1));
    assertThat(
            jdbc.sql(
                    """
                    select reason || ': ' || detail || ' ' || (event ->> 'event')
                      || (event -> 'properties')::text from event_reject where tenant = ?
                    """)
                .param(tenant)
                .query(String.class)
                .single())
        .isEqualTo(
            "not-as-planned: properties.total: missing (expected: it is required) Bought{\"sum\":"
                + " 1}");
    assertThat(count("event_flag")).isZero();
  }

  @Test
  void aFlaggedEventIsKeptAndCounted() {
    var store = store();
    plans.put(tenant, "shop", "{\"unknownEvents\": \"flag\"}");

    store.write(List.of(new EventBatch(List.of(bought("1", "{}"), bought("2", "{}")), List.of())));

    assertThat(count("event")).isEqualTo(2);
    assertThat(
            jdbc.sql("select events from event_flag where tenant = ?")
                .param(tenant)
                .query(Long.class)
                .single())
        .isEqualTo(2);
  }
}
