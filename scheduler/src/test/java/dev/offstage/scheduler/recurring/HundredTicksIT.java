package dev.offstage.scheduler.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.servers.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Two schedulers, each a process, one of which is killed: each of a hundred ticks is run once. */
class HundredTicksIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Map<String, String> servers = Servers.shared().springProperties(true, false);
  private final JdbcClient jdbc =
      JdbcClient.create(
          new DriverManagerDataSource(
              Objects.requireNonNull(servers.get("spring.datasource.url"))));
  private final List<Process> nodes = new ArrayList<>();

  @TempDir Path directory;

  @BeforeEach
  void prepare() {
    Flyway.configure()
        .dataSource(
            new DriverManagerDataSource(
                Objects.requireNonNull(servers.get("spring.datasource.url"))))
        .load()
        .migrate();
    jdbc.sql("create table staged_item (label text, item int)").update();
    jdbc.sql("insert into tenant (id, name) values ('clockwork', 'Clockwork')").update();
  }

  @AfterEach
  void end() throws InterruptedException {
    for (var node : nodes) {
      node.destroyForcibly().waitFor();
    }
  }

  @Test
  void eachTickIsRunOnceAlsoWhereANodeIsKilled() throws Exception {
    var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    schedule(
        "hundred-jobs",
        began,
        "\"tenant\":\"clockwork\",\"kind\":\"clock.tick\",\"payload\":\"{\\\"tick\\\":\\\"{tick}\\\"}\","
            + "\"parameters\":{},\"batch\":null");
    schedule(
        "hundred-batches", began, "\"batch\":\"staged\",\"parameters\":{\"label\":\"{tick}\"}");
    var first = node("a", began);
    var second = node("b", began);
    await().atMost(PATIENCE).until(() -> runs("hundred-batches") >= 30);

    first.destroyForcibly().waitFor();
    await().atMost(PATIENCE).until(() -> runs("hundred-batches") >= 60);
    node("c", began);
    second.destroyForcibly().waitFor();

    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> open() == 0 && runs("hundred-jobs") == 100 && runs("hundred-batches") == 100);
    assertThat(states("hundred-jobs")).isEqualTo(Map.of("completed", 100L));
    assertThat(states("hundred-batches")).isEqualTo(Map.of("completed", 100L));
    assertThat(one("select count(*) from job where kind = 'clock.tick'")).isEqualTo(100);
    assertThat(one("select count(distinct payload->>'tick') from job")).isEqualTo(100);
    assertThat(one("select count(*) from batch_run where restart_of is null")).isEqualTo(100);
    assertThat(one("select count(*) from staged_item")).isEqualTo(10_000);
    assertThat(one("select count(distinct (label, item)) from staged_item")).isEqualTo(10_000);
  }

  private void schedule(String name, Instant began, String what) {
    jdbc.sql(
            """
            insert into schedule (name, changed, decided_to, next_at)
            values (:name, :definition::jsonb, :began::timestamptz, :began::timestamptz)
            """)
        .param("name", name)
        .param(
            "definition",
            "{\"cron\":\"*/10 * * * *"
                + " *\",\"zone\":\"UTC\",\"jitter\":\"PT0S\",\"missed\":\"EACH\",\"retries\":10,\"again\":false,"
                + what
                + "}")
        .param("began", began.toString())
        .update();
  }

  private long runs(String schedule) {
    return one("select count(*) from schedule_run where schedule = '" + schedule + "'");
  }

  private long open() {
    return one("select count(*) from schedule_run where ended_at is null");
  }

  private Map<String, Long> states(String schedule) {
    var states = new java.util.TreeMap<String, Long>();
    jdbc.sql("select state, count(*) as n from schedule_run where schedule = ? group by 1")
        .param(schedule)
        .query(
            row -> {
              states.put(row.getString("state"), row.getLong("n"));
            });
    return states;
  }

  private long one(String sql) {
    return jdbc.sql(sql).query(Long.class).single();
  }

  private Process node(String name, Instant began) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", TickingNode.began(began)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TickingNode.class.getName());
    servers.forEach((property, value) -> command.add("--" + property + "=" + value));
    command.addAll(
        List.of(
            "--offstage.recurring.every=500ms",
            "--offstage.recurring.late-after=5s",
            "--offstage.batch.every=100ms",
            "--offstage.batch.lease=3s",
            "--offstage.batch.heartbeat=500ms"));
    var log = directory.resolve(name + ".log");
    var node =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    nodes.add(node);
    await()
        .atMost(PATIENCE)
        .failFast(() -> assertThat(node.isAlive()).as(Files.readString(log)).isTrue())
        .until(() -> Files.readString(log).contains("ticking"));
    return node;
  }
}
