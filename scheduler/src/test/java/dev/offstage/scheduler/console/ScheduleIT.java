package dev.offstage.scheduler.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.operator.Role;
import dev.offstage.scheduler.schedule.ScheduleRun;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Schedules, over a moved clock. */
class ScheduleIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ConsoleServer server = ConsoleServer.shared();
  private final ConsoleServer.Client operator = server.token(server.operator(Role.OPERATOR));
  private final String name = "s-" + UUID.randomUUID().toString().substring(0, 12);

  /** Far from now, when the clock is moved by whole hours: no tick is missed by a minute only. */
  private final int minute =
      (server.bean(InstantSource.class).instant().atZone(ZoneOffset.UTC).getMinute() + 30) % 60;

  private JsonNode put(String missed, String more) {
    var answer =
        operator.send(
            "PUT",
            server.at("/ops/v1/schedules/" + name),
            """
            {"cron":"%d * * * *","zone":"Europe/Berlin","missed":"%s","batch":"staged",
             "parameters":{"label":"%s","tick":"{tick}"}%s}
            """
                .formatted(minute, missed, name, more));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return operator.json(answer);
  }

  private List<ScheduleRun> runs() {
    return server.bean(ScheduleRuns.class).of(name, null, 200);
  }

  private List<ScheduleRun> awaitRuns(int count) {
    await().atMost(PATIENCE).until(() -> runs().size() >= count);
    await().atMost(PATIENCE).until(() -> runs().stream().allMatch(run -> run.endedAt() != null));
    return runs();
  }

  private void remove() {
    operator.send("DELETE", server.at("/ops/v1/schedules/" + name), null);
  }

  private long skipped() {
    return operator.json(operator.get("/ops/v1/schedules/" + name)).get("skipped").longValue();
  }

  @Test
  void missedTicksAreRunAsThePolicySays() {
    put("each", "");
    server.forward(Duration.ofHours(5));
    assertThat(awaitRuns(5))
        .hasSize(5)
        .allSatisfy(run -> assertThat(run.state()).isEqualTo(ScheduleRun.State.COMPLETED));
    assertThat(runs()).extracting(ScheduleRun::tick).doesNotHaveDuplicates();

    put("once", "");
    server.forward(Duration.ofHours(5));
    awaitRuns(6);
    assertThat(runs()).hasSize(6);
    assertThat(skipped()).isEqualTo(4);

    put("skip", "");
    server.forward(Duration.ofHours(5));
    await().atMost(PATIENCE).until(() -> skipped() >= 8);
    assertThat(skipped()).isBetween(8L, 9L);
    remove();
  }

  @Test
  void aPausedScheduleRunsNothingAndGoesOnWithTheNextTick() {
    put("each", "");
    operator.post("/ops/v1/schedules/" + name + "/pause", "{\"reason\":\"the night off\"}");
    assertThat(operator.get("/ops/v1/schedules/" + name).body())
        .contains("\"paused\":true", "the night off", "\"nextAt\":null");
    server.forward(Duration.ofHours(3));
    operator.post("/ops/v1/schedules/" + name + "/resume", null);
    assertThat(runs()).isEmpty();

    server.forward(Duration.ofHours(1));
    assertThat(awaitRuns(1)).hasSize(1);
    remove();
  }

  @Test
  void aFailedBatchGoesOnFromItsLastChunkAfterAPause() {
    Staged.fail(name);
    put("once", ",\"retries\":2");
    operator.post("/ops/v1/schedules/" + name + "/run", null);

    var run = awaitRuns(1).getFirst();

    assertThat(run.state()).isEqualTo(ScheduleRun.State.COMPLETED);
    assertThat(run.told()).isNotNull().isNotEqualTo(run.execution());
    assertThat(items()).isEqualTo(100);
    remove();
  }

  @Test
  void aBatchThatFailsWithoutRetriesLeftFailsItsRun() {
    Staged.fail(name);
    put("once", ",\"retries\":0");
    operator.post("/ops/v1/schedules/" + name + "/run", null);

    assertThat(awaitRuns(1).getFirst())
        .satisfies(
            run -> {
              assertThat(run.state()).isEqualTo(ScheduleRun.State.FAILED);
              assertThat(run.detail()).contains("the fifth chunk does not want to");
            });
    assertThat(items()).isEqualTo(40);
    remove();
  }

  @Test
  void whatARunIsRefusedIsSaid() {
    put("once", "");
    server.forward(Duration.ofHours(1));
    var tick = awaitRuns(1).getFirst().tick();
    put("once", "");
    server
        .jdbc()
        .sql(
            """
            insert into schedule_run (id, schedule, tick, due_at, definition, started_by)
            select gen_random_uuid(), schedule, tick + interval '1 microsecond', due_at,
                   jsonb_set(definition, '{parameters,tick}', to_jsonb(:tick::text)), 'test'
            from schedule_run where schedule = :name
            """)
        .param("tick", tick.toString())
        .param("name", name)
        .update();

    assertThat(awaitRuns(2).getFirst())
        .satisfies(
            run -> {
              assertThat(run.state()).isEqualTo(ScheduleRun.State.REFUSED);
              assertThat(run.detail()).contains("has completed with these parameters");
            });
    remove();
  }

  @Test
  void aPlainJobIsEnqueuedForATick() {
    server.jdbc().sql("insert into tenant (id, name) values (:id, :id)").param("id", name).update();
    var answer =
        operator.send(
            "PUT",
            server.at("/ops/v1/schedules/" + name),
            """
            {"cron":"0 * * * *","tenant":"%s","kind":"console.tick","payload":{"at":"{tick}"},
             "jitter":"30s"}
            """
                .formatted(name));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    server.forward(Duration.ofHours(1));

    var run = awaitRuns(1).getFirst();

    assertThat(run.dueAt()).isBetween(run.tick(), run.tick().plusSeconds(30));
    var payload =
        server
            .jdbc()
            .sql("select payload->>'at' from job where id = :id")
            .param("id", run.job())
            .query(String.class)
            .single();
    assertThat(payload).isEqualTo(run.tick().toString());
    remove();
  }

  @Test
  void theConfigurationsIsThereAndAnOperatorsChangeStandsUntilItIsReset() {
    var path = "/ops/v1/schedules/configured";
    assertThat(operator.get(path).body())
        .contains("\"origin\":\"configuration\"", "0 3 1 1 *", "Europe/Berlin");

    operator.send(
        "PUT",
        server.at(path),
        "{\"cron\":\"0 4 1 1 *\",\"batch\":\"staged\",\"parameters\":{\"label\":\"x\"}}");
    assertThat(operator.get(path).body()).contains("\"origin\":\"both\"", "0 4 1 1 *");

    operator.send("DELETE", server.at(path), null);
    assertThat(operator.get(path).body()).contains("\"origin\":\"configuration\"", "0 3 1 1 *");
    assertThat(operator.send("DELETE", server.at(path), null).statusCode()).isEqualTo(409);
  }

  @Test
  void jobRunrFiresByItself() {
    var answer =
        operator.send(
            "PUT",
            server.at("/ops/v1/schedules/" + name),
            """
            {"cron":"*/5 * * * * *","batch":"staged","again":true,"parameters":{"label":"%s"},
             "missed":"skip"}
            """
                .formatted(name));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                server
                        .jdbc()
                        .sql(
                            """
                            select count(*) from jobrunr.jobrunr_jobs
                            where recurringjobid = :name and state = 'SUCCEEDED'
                            """)
                        .param("name", name)
                        .query(Integer.class)
                        .single()
                    > 0);
    remove();
  }

  private int items() {
    return server
        .jdbc()
        .sql("select count(distinct item) from staged_item where label = :label")
        .param("label", name)
        .query(Integer.class)
        .single();
  }
}
