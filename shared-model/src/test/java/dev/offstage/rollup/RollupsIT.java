package dev.offstage.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.rollup.EventTable.Fact;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RollupsIT {
  private static final EventTable EVENTS = new EventTable();

  private long one(String sql, String tenant) {
    return EVENTS.jdbc.sql(sql).param(tenant).query(Long.class).single();
  }

  private long count(String tenant) {
    return one("select coalesce(sum(events), 0) from rollup_count where tenant = ?", tenant);
  }

  private long marks(String tenant) {
    return one("select count(*) from event_dirty where tenant = ?", tenant);
  }

  @Test
  void eventsAreCountedByNameQuarterAndVersion() {
    EVENTS.write(
        Fact.of("count", "2026-03-01T10:00:00Z", "Opened", "ada"),
        Fact.of("count", "2026-03-01T10:14:59Z", "Opened", "bob"),
        Fact.of("count", "2026-03-01T10:15:00Z", "Opened", "ada"),
        Fact.of("count", "2026-03-01T10:20:00Z", "Bought", "ada"));
    EVENTS.rollUp();

    assertThat(
            EVENTS
                .jdbc
                .sql(
                    """
                    select to_char(slot at time zone 'UTC', 'HH24:MI') || ' ' || name || ' ' || events
                    from rollup_count where tenant = 'count' order by slot, name
                    """)
                .query(String.class)
                .list())
        .containsExactly("10:00 Opened 2", "10:15 Bought 1", "10:15 Opened 1");
    assertThat(marks("count")).isZero();
    assertThat(
            EVENTS
                .jdbc
                .sql(
                    "select slots::text from rollup_active where tenant = 'count' and actor = "
                        + "event_actor('user', 'ada')")
                .query(String.class)
                .single())
        .isEqualTo("0".repeat(40) + "11" + "0".repeat(54));
  }

  @Test
  void aRerunGivesTheSameAndWritesNothing() {
    for (int i = 0; i < 50; i++) {
      EVENTS.write(
          Fact.of("rerun", "2026-03-01T10:%02d:00Z".formatted(i), "E" + i % 5, "u" + i % 7));
    }
    EVENTS.rollUp();
    var once = EVENTS.rollups("rerun");
    var versions = xmins("rerun");

    Rollups.over(EVENTS.db)
        .recompute("rerun", LocalDate.parse("2026-02-28"), LocalDate.parse("2026-03-03"));

    assertThat(EVENTS.rollups("rerun")).isEqualTo(once);
    assertThat(xmins("rerun")).isNotEmpty().isEqualTo(versions);
  }

  private String xmins(String tenant) {
    return EVENTS
        .jdbc
        .sql(
            """
            select string_agg(x, ' ' order by x) from (
            select xmin::text as x from rollup_count where tenant = :t
            union all select xmin::text from rollup_active where tenant = :t
            union all select xmin::text from rollup_step where tenant = :t
            union all select xmin::text from rollup_sketch where tenant = :t
            union all select xmin::text from event_schema where tenant = :t) v
            """)
        .param("t", tenant)
        .query(String.class)
        .single();
  }

  @Test
  void hoursThatAreNotOfASpanStayAsTheyAre() {
    for (int hour = 1; hour <= 3; hour++) {
      EVENTS.write(Fact.of("between", "2026-03-01T%02d:10:00Z".formatted(hour), "Opened", "ada"));
    }
    EVENTS.rollUp();
    var before = EVENTS.rollups("between");
    for (int hour = 1; hour <= 3; hour++) {
      EVENTS.write(Fact.of("between", "2026-03-01T%02d:40:00Z".formatted(hour), "Bought", "bob"));
    }
    EVENTS
        .jdbc
        .sql("delete from event_dirty where tenant = 'between' and hour = '2026-03-01T02:00Z'")
        .update();
    EVENTS.rollUp();

    assertThat(hours("rollup_count", "date_trunc('hour', slot)", "name = 'Bought'"))
        .isEqualTo("1 3");
    assertThat(hours("rollup_step", "hour", "name = 'Bought'")).isEqualTo("1 3");
    assertThat(hours("rollup_sketch", "hour", "value = 'track:Bought'")).isEqualTo("1 3");
    assertThat(
            EVENTS
                .jdbc
                .sql(
                    "select slots::text from rollup_active where tenant = 'between' and actor = "
                        + "event_actor('user', 'bob')")
                .query(String.class)
                .single())
        .isEqualTo("0".repeat(6) + "1" + "0".repeat(7) + "1" + "0".repeat(81));

    EVENTS.jdbc.sql("delete from event where tenant = 'between' and name = 'Bought'").update();
    Rollups.over(EVENTS.db)
        .recompute("between", LocalDate.parse("2026-03-01"), LocalDate.parse("2026-03-02"));
    assertThat(EVENTS.rollups("between")).isEqualTo(before);
  }

  private String hours(String table, String hour, String where) {
    return EVENTS
        .jdbc
        .sql(
            """
            select coalesce(string_agg(distinct extract(hour from %s at time zone 'UTC')::text, ' '), '')
            from %s where tenant = 'between' and %s
            """
                .formatted(hour, table, where))
        .query(String.class)
        .single();
  }

  @Test
  void aLateEventFindsItsDay() {
    EVENTS.write(Fact.of("late", "2026-03-05T10:00:00Z", "Opened", "ada"));
    EVENTS.rollUp();
    EVENTS.write(Fact.of("late", "2026-03-02T23:59:59Z", "Opened", "ada"));
    EVENTS.rollUp();

    assertThat(
            EVENTS
                .jdbc
                .sql("select day::text from rollup_active where tenant = 'late' order by 1")
                .query(String.class)
                .list())
        .containsExactly("2026-03-02", "2026-03-05");
    assertThat(
            EVENTS
                .jdbc
                .sql(
                    "select first_at = '2026-03-02T23:59:59Z' from rollup_actor where tenant ="
                        + " 'late'")
                .query(Boolean.class)
                .single())
        .isTrue();
  }

  @Test
  void whatIsErasedIsCountedNoMoreAndItsIdentityIsGoneAtOnce() {
    EVENTS.write(
        Fact.of("erase", "2026-03-01T10:00:00Z", "Opened", "ada"),
        Fact.of("erase", "2026-03-02T10:00:00Z", "Opened", "ada"),
        Fact.of("erase", "2026-03-01T10:01:00Z", "Opened", "bob"));
    EVENTS.rollUp();

    EVENTS.jdbc.sql("delete from event where tenant = 'erase' and user_id = 'ada'").update();

    for (var table : List.of("rollup_actor", "rollup_active", "rollup_step")) {
      assertThat(one("select count(*) from " + table + " where tenant = ?", "erase")).isEqualTo(1);
    }
    EVENTS.rollUp();
    assertThat(count("erase")).isEqualTo(1);
  }

  @Test
  void whoeverSharesADeviceWithAnErasedUserStaysCounted() {
    EVENTS.write(
        new Fact("tablet", Instant.parse("2026-03-01T10:00:00Z"), "Opened", null, "t", null),
        new Fact("tablet", Instant.parse("2026-03-02T10:00:00Z"), "Opened", null, "t", null));
    EVENTS.rollUp();

    EVENTS
        .jdbc
        .sql("delete from event where tenant = 'tablet' and occurred_at < '2026-03-02Z'")
        .update();
    EVENTS.rollUp();

    assertThat(one("select count(*) from rollup_active where tenant = ?", "tablet")).isEqualTo(1);
    assertThat(one("select count(*) from rollup_step where tenant = ?", "tablet")).isEqualTo(1);
  }

  @Test
  void aDayWhoseEventsHaveHadTheirTimeKeepsItsRollUps() {
    EVENTS.write(Fact.of("old", "2026-01-01T10:00:00Z", "Opened", "ada"));
    EVENTS.rollUp();
    EVENTS.jdbc.sql("drop table event_20260101").update();

    Rollups.over(EVENTS.db)
        .recompute("old", LocalDate.parse("2026-01-01"), LocalDate.parse("2026-01-02"));

    assertThat(count("old")).isEqualTo(1);
  }

  @Test
  void manyNodesAndWritersAtOnceCountEachEventOnce() {
    var writers =
        IntStream.range(0, 4)
            .mapToObj(
                w ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; i < 60; i++) {
                            EVENTS.write(
                                Fact.of(
                                    "many",
                                    "2026-03-01T%02d:%02d:00Z".formatted(i % 3, i % 60),
                                    "Opened",
                                    "u" + i % 9));
                          }
                        }))
            .toList();
    var all = CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
    var nodes =
        IntStream.range(0, 2)
            .mapToObj(
                n ->
                    CompletableFuture.runAsync(
                        () -> {
                          while (!all.isDone()) {
                            EVENTS.rollUp();
                          }
                        }))
            .toList();
    all.join();
    nodes.forEach(CompletableFuture::join);
    EVENTS.rollUp();

    assertThat(count("many")).isEqualTo(240);
    assertThat(one("select count(*) from rollup_active where tenant = ?", "many")).isEqualTo(9);
    assertThat(one("select sum(cardinality(times)) from rollup_step where tenant = ?", "many"))
        .isEqualTo(240);
    assertThat(marks("many")).isZero();
  }

  @Test
  void aDeathInTheMiddleLosesNothing() {
    EVENTS.write(Fact.of("death", "2026-03-01T10:00:00Z", "Opened", "ada"));
    EVENTS
        .db
        .transactions()
        .executeWithoutResult(
            status -> {
              EVENTS.rollUp();
              status.setRollbackOnly(); // as PostgreSQL does when its client has died
            });
    assertThat(marks("death")).isEqualTo(1);
    assertThat(count("death")).isZero();

    EVENTS.rollUp();

    assertThat(count("death")).isEqualTo(1);
  }

  @Test
  void daysThatHavePassedTheirTimeAreForgottenAndNoOthers() {
    EVENTS.write(
        Fact.of("past", "2026-03-01T10:00:00Z", "Opened", "ada"),
        Fact.of("past", "2026-03-02T10:00:00Z", "Opened", "ada"),
        Fact.of("other", "2026-03-01T10:00:00Z", "Opened", "ada"));
    EVENTS.rollUp();
    var retention = RollupRetention.over(EVENTS.db);
    assertThat(retention.old(Duration.ofDays(365 * 100), 10)).isEmpty();

    var old =
        retention.old(Duration.ofDays(1), 1_000).stream()
            .filter(day -> day.tenant().equals("past"))
            .toList();
    assertThat(old).extracting(Rollups.Day::day).hasToString("[2026-03-01, 2026-03-02]");
    old.forEach(Rollups.over(EVENTS.db)::close);
    retention.forget(old.getFirst());

    assertThat(count("past")).isOne();
    for (var table : List.of("rollup_active", "rollup_step", "rollup_hour", "rollup_closed")) {
      assertThat(one("select count(*) from " + table + " where tenant = ?", "past"))
          .as(table)
          .isOne();
    }
    assertThat(one("select count(distinct hour) from rollup_sketch where tenant = ?", "past"))
        .isOne();
    assertThat(count("other")).isOne();
  }

  @Test
  void newNamesAndPropertiesAreNoticedWithTheirTypes() {
    EVENTS.write(Fact.of("schema", "2026-03-01T10:00:00Z", "Opened", "ada"));
    EVENTS.rollUp();

    assertThat(
            EVENTS
                .jdbc
                .sql(
                    """
                    select name || '.' || property || ': ' || kind from event_schema
                    where tenant = 'schema' order by 1
                    """)
                .query(String.class)
                .list())
        .containsExactly("Opened.: event", "Opened.price: number", "Opened.sku: string");
  }
}
