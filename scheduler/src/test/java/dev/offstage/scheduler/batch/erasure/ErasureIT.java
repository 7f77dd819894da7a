package dev.offstage.scheduler.batch.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.scheduler.batch.TestScheduler;
import dev.offstage.scheduler.batch.person.Life;
import dev.offstage.scheduler.batch.person.Traces;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** A person is taken along, and then taken out. */
class ErasureIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TestScheduler scheduler = TestScheduler.shared();

  private static Map<String, String> of(String tenant, String user) {
    return Map.of("tenant", tenant, "user", user);
  }

  private static String today() {
    return scheduler
        .jdbc()
        .sql("select now()")
        .query(OffsetDateTime.class)
        .single()
        .withOffsetSameInstant(ZoneOffset.UTC)
        .toLocalDate()
        .toString();
  }

  @Test
  void nothingOfAPersonIsLeftInAnyColumnOrBlobButForACertificate() throws Exception {
    var tenant = scheduler.tenant("eraser");
    var user = "marker-" + UUID.randomUUID();
    Life.of(scheduler, tenant, user);
    Life.of(scheduler, tenant, "somebody-else-7");
    scheduler.completed(
        "export", Map.of("tenant", tenant, "from", today(), "to", today(), "format", "csv"));
    scheduler.completed("export-user", of(tenant, user));
    operatorActed(tenant, user);
    assertThat(Traces.of(user, scheduler)).as("the scan sees").hasSizeGreaterThan(30);
    var others = Traces.of("somebody-else-7", scheduler);

    var run = scheduler.completed("erase-user", of(tenant, user));

    assertThat(Traces.of(user, scheduler)).isEmpty();
    assertThat(Traces.of("somebody-else-7", scheduler))
        .containsAll(
            others.stream().filter(place -> !place.matches("(export|archive)/.*")).toList());
    assertThat(run.figures())
        .containsEntry("assets", 1L)
        .containsEntry("variants", 1L)
        .containsEntry("events", 40L)
        .containsEntry("devices", 1L);
    assertCertified(run, tenant, user);
  }

  /** What the audit has of whoever started such a batch. */
  private static void operatorActed(String tenant, String user) {
    scheduler
        .jdbc()
        .sql(
            """
            insert into audit_entry (actor, via, action, target, tenant, parameters, outcome, result)
            values ('olga', 'page', 'batch.start', 'export-user', :tenant,
              jsonb_build_object('parameters', jsonb_build_object('user', :user)), 'done', '{}')
            """)
        .param("tenant", tenant)
        .param("user", user)
        .update();
  }

  @Test
  void nothingElseOfTheAuditCanBeChanged() {
    operatorActed(scheduler.tenant("audited"), "somebody");
    assertThatThrownBy(() -> scheduler.jdbc().sql("update audit_entry set actor = 'eve'").update())
        .hasStackTraceContaining("stays as it is");
    assertThatThrownBy(() -> scheduler.jdbc().sql("delete from audit_entry").update())
        .hasStackTraceContaining("stays as it is");
  }

  private static void assertCertified(BatchRun run, String tenant, String user) throws Exception {
    var row =
        scheduler
            .jdbc()
            .sql(
                """
                select body, sha256, subject = person_subject(:tenant, :user) as matches
                from person_certificate where run = :run
                """)
            .param("tenant", tenant)
            .param("user", user)
            .param("run", scheduler.instance(run))
            .query()
            .singleRow();
    var body = String.valueOf(row.get("body"));
    assertThat(row).containsEntry("matches", true);
    assertThat(row.get("sha256"))
        .isEqualTo(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest(body.getBytes(StandardCharsets.UTF_8))));
    var certificate = JSON.readTree(body);
    assertThat(certificate.path("by").asString()).isEqualTo("test");
    assertThat(certificate.path("done").path("jobs").asLong()).isPositive();
    assertThat(scheduler.batches().find(run.execution()).orElseThrow().parameters().get("user"))
        .isEqualTo("person:" + certificate.path("subject").asString());
  }

  @Test
  void jobsThatRunAreCancelledAndWaitedFor() throws Exception {
    var tenant = scheduler.tenant("waiter");
    var user = "runner-" + UUID.randomUUID();
    var job = Life.of(scheduler, tenant, user).runningJob();
    long execution =
        scheduler.batches().start("erase-user", of(tenant, user), StartMode.AGAIN, "test");

    Awaitility.await("its worker is asked to end it")
        .atMost(Duration.ofSeconds(60))
        .until(() -> one("select cancel_reason is not null from job where id = ?", job));
    assertThat(scheduler.batches().find(execution).orElseThrow().state())
        .isEqualTo(BatchState.RUNNING);
    assertThat(one("select exists (select from asset where owner = ?)", user)).isTrue();
    scheduler
        .jdbc()
        .sql(
            """
            update job set state = 'cancelled', outcome = 'cancelled', ended_at = now(),
              due_at = null
            where id = ?
            """)
        .param(job)
        .update();

    assertThat(scheduler.ended(execution).state()).isEqualTo(BatchState.COMPLETED);
    assertThat(Traces.of(user, scheduler)).isEmpty();
  }

  private static boolean one(String sql, Object parameter) {
    return scheduler.jdbc().sql(sql).param(parameter).query(Boolean.class).single();
  }

  @Test
  void whoNeverWasIsErasedTooAndMayBeAgain() throws Exception {
    var tenant = scheduler.tenant("nobodys");
    var user = "nobody-" + UUID.randomUUID();
    scheduler.completed("erase-user", of(tenant, user));
    scheduler.completed("erase-user", of(tenant, user));
    assertThat(Traces.of(user, scheduler)).isEmpty();
  }

  @Test
  void aPersonsArchiveHoldsWhatThereIsOfThem() throws Exception {
    var tenant = scheduler.tenant("archiver");
    var user = "archived-" + UUID.randomUUID();
    Life.of(scheduler, tenant, user);
    Life.of(scheduler, tenant, "somebody-else-8");

    var run = scheduler.completed("export-user", of(tenant, user));
    var archive = scheduler.bytes("archive/" + scheduler.instance(run) + "/person.zip");
    var entries = entries(archive);
    assertThat(lines(entries, "uploads")).isEqualTo(2);
    assertThat(lines(entries, "assets")).isEqualTo(1);
    assertThat(lines(entries, "jobs")).isEqualTo(2);
    assertThat(lines(entries, "workflows")).isEqualTo(1);
    assertThat(lines(entries, "receipts")).isEqualTo(1);
    assertThat(lines(entries, "devices")).isEqualTo(1);
    assertThat(lines(entries, "pushes")).isEqualTo(1);
    assertThat(lines(entries, "webhooks")).isEqualTo(2);
    assertThat(lines(entries, "events")).isEqualTo(40);
    assertThat(lines(entries, "profile")).isEqualTo(4);
    assertThat(lines(entries, "rejects")).isEqualTo(1);
    assertThat(entries.keySet())
        .anyMatch(name -> name.matches("assets/.*/original"))
        .anyMatch(name -> name.matches("assets/.*/1024.webp"))
        .anyMatch(name -> name.startsWith("uploads/"));
    assertThat(entries.values().toString()).contains("the picture of " + user);
    assertThat(entries.values().toString()).doesNotContain("somebody-else-8");
    assertThat(JSON.readTree(entries.get("certificate.json")).path("done").path("events").asLong())
        .isEqualTo(40);
    assertThat(
            scheduler
                .jdbc()
                .sql("select sha256 from batch_file where run = ?")
                .param(scheduler.instance(run))
                .query(String.class)
                .single())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive)));
  }

  private static int lines(Map<String, String> entries, String section) {
    return (int) entries.getOrDefault(section + ".ndjson", "").lines().count();
  }

  private static Map<String, String> entries(byte[] archive) throws Exception {
    var entries = new TreeMap<String, String>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(archive), StandardCharsets.UTF_8)) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return entries;
  }
}
