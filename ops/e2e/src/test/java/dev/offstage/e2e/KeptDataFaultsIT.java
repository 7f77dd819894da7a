package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.blob.BlobKey;
import dev.offstage.scheduler.batch.BatchState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A scheduler killed in the middle of the batches that export, keep and forget. */
class KeptDataFaultsIT {
  @RegisterExtension
  static final BatchProcess scheduler =
      new BatchProcess(Map.of("offstage.batch.at-once", "8", "offstage.retention.rejects", "400d"));

  private static final int HOLD = 4711;
  private static final String DAY = "2026-03-01";
  private static final String ANA = "ana-of-the-kept";
  private static final String BOB = "bob-of-the-kept";

  @Test
  void eachGoesOnFromItsLastChunkToTheTotalsOfAnUndisturbedRun() throws Exception {
    scheduler.batches(); // migrates
    prepareHolds();
    var calm = tenantOf("calm");
    var hit = tenantOf("hit");
    scheduler.first.launch().awaitReady();

    var undisturbed = new HashMap<String, Long>();
    for (var batch : batches(calm).entrySet()) {
      long execution = scheduler.start(batch.getKey(), batch.getValue());
      scheduler.awaitState(execution, BatchState.COMPLETED);
      undisturbed.put(batch.getKey(), execution);
    }
    var orphans = orphans();
    var killed = new HashMap<String, Long>();
    try (var held = hold()) {
      batches(hit).forEach((key, values) -> killed.put(key, scheduler.start(key, values)));
      killed.put(
          "audit-storage", scheduler.start("audit-storage", Map.of("grace", "1h", "mend", "true")));
      awaitWaitingFor(held, killed.size());
      scheduler.first.kill9();
    }
    scheduler.first.launch().awaitReady();

    for (var batch : killed.entrySet()) {
      long next = scheduler.awaitRecovery(batch.getValue());
      scheduler.awaitState(next, BatchState.COMPLETED);
      if (undisturbed.containsKey(batch.getKey())) {
        assertThat(figures(next, hit))
            .as(batch.getKey())
            .isEqualTo(figures(of(undisturbed, batch.getKey()), calm))
            .isNotEmpty();
      }
    }
    assertThat(files(of(killed, "export")))
        .isEqualTo(files(of(undisturbed, "export")))
        .hasSizeGreaterThan(4);
    assertThat(archive(of(killed, "export-user")))
        .isEqualTo(archive(of(undisturbed, "export-user")));
    assertThat(left(hit)).isEqualTo(left(calm)).isEqualTo(List.of(0L, 700L, 0L));
    assertMended(of(killed, "audit-storage"), orphans);
    assertThat(scheduler.first.output()).as("the log").doesNotContain(ANA, BOB);
  }

  private static long of(Map<String, Long> executions, String batch) {
    return Objects.requireNonNull(executions.get(batch), batch);
  }

  private static Map<String, Map<String, String>> batches(String tenant) {
    var batches = new TreeMap<String, Map<String, String>>();
    batches.put(
        "export",
        Map.of(
            "tenant", tenant, "from", DAY, "to", DAY, "format", "parquet", "fileMegabytes", "1"));
    batches.put("export-user", Map.of("tenant", tenant, "user", ANA));
    batches.put("erase-user", Map.of("tenant", tenant, "user", BOB, "exports", "false"));
    batches.put("retention", Map.of("tenant", tenant, "asOf", "2026-06-01T00:00:00Z"));
    return batches;
  }

  // What there is ---------------------------------------------------------------------------------

  /** The same for each: events to export and of ana, jobs of bob, and rejects that expire. */
  private static String tenantOf(String name) {
    var tenant = name + "-" + UUID.randomUUID().toString().substring(0, 8);
    var db = scheduler.db();
    db.sql("insert into tenant (id, name) values (?, ?)").params(tenant, name).update();
    db.sql("insert into tenant_retention values (?, 'rejects', interval '30 days')")
        .param(tenant)
        .update();
    db.sql("select ensure_event_days(array[date '2026-03-01'])").query((row, n) -> 1).list();
    db.sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              occurred_at, received_at, clamped, properties)
            select md5('event' || n)::uuid, ?, 'shop', '00000000-0000-0000-0000-000000000001',
              'track', 'E', n::text, case when n % 20 = 0 then 'ana-of-the-kept' else 'u' || n end,
              timestamptz '2026-03-01Z' + n * interval '1 second', timestamptz '2026-03-01Z',
              false, jsonb_build_object('a', md5(n::text) || md5('x' || n) || md5('y' || n))
            from generate_series(1, 60000) n
            """)
        .param(tenant)
        .update();
    db.sql(
            """
            insert into event_reject (id, tenant, app, write_key, received_at, reason, detail)
            select gen_random_uuid(), ?, 'shop', gen_random_uuid(), timestamptz '2026-03-01Z', 'x',
              'y' from generate_series(1, 7000)
            """)
        .param(tenant)
        .update();
    db.sql(
            """
            insert into job (id, tenant, owner, kind, pool, priority, state, outcome, due_at,
              ended_at, max_attempts, payload, timeout)
            select overlay(uuid7_floor(now())::text placing '7' || substr(gen_random_uuid()::text, 16)
                from 15)::uuid, ?, case when n % 3 > 0 then 'bob-of-the-kept' else 'cleo' end, 'app.work',
              'default', 1, 'completed', 'completed', null, now(), 3, '{}', '1 minute'
            from generate_series(1, 2100) n
            """)
        .param(tenant)
        .update();
    return tenant;
  }

  /** Blobs that nothing names, old enough to be judged. */
  private static List<BlobKey> orphans() throws IOException {
    var keys = new ArrayList<BlobKey>();
    Files.createDirectories(scheduler.blobs().resolve("upload"));
    for (int i = 0; i < 1_300; i++) {
      var key = BlobKey.upload(UUID.randomUUID());
      var file = scheduler.blobs().resolve(key.path());
      Files.writeString(file, "x");
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
      keys.add(key);
    }
    return keys;
  }

  // Held in the middle ----------------------------------------------------------------------------

  /** Chunks that bring a figure, or the files of an export, so far wait while it is held. */
  private static void prepareHolds() {
    scheduler
        .db()
        .sql(
            """
            do $$ begin
              create table e2e_hold (name text, least bigint);
              create function e2e_hold() returns trigger language plpgsql as $f$
              begin
                if exists (select from e2e_hold h
                           where h.name = new.name and h.least <= new.amount) then
                  perform pg_advisory_xact_lock(4711);
                end if;
                return new;
              end $f$;
              create trigger e2e_hold before insert or update on batch_figure
                for each row execute function e2e_hold();
              create function e2e_hold_file() returns trigger language plpgsql as $f$
              begin
                if exists (select from e2e_hold h where h.name = 'file' and h.least <=
                           (select count(*) from batch_file f where f.run = new.run)) then
                  perform pg_advisory_xact_lock(4711);
                end if;
                return new;
              end $f$;
              create trigger e2e_hold before insert on batch_file
                for each row when (new.batch = 'export') execute function e2e_hold_file();
            end $$
            """)
        .update();
  }

  private static Connection hold() throws Exception {
    var connection = DriverManager.getConnection(scheduler.url());
    try (var statement = connection.createStatement()) {
      statement.execute("select pg_advisory_lock(" + HOLD + ")");
      statement.execute(
          """
          insert into e2e_hold
          values ('file', 2), ('events', 1000), ('jobs', 900), ('rejects', 3000), ('mended', 900)
          """);
    }
    return connection;
  }

  private static void awaitWaitingFor(Connection holder, int count) throws Exception {
    int pid;
    try (var statement = holder.createStatement();
        var row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      pid = row.getInt(1);
    }
    Awaitility.await("each waits in the middle")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                scheduler
                        .db()
                        .sql(
                            """
                            select count(*) from pg_stat_activity
                            where ? = any(pg_blocking_pids(pid))
                            """)
                        .param(pid)
                        .query(Integer.class)
                        .single()
                    >= count);
  }

  // What came of it -------------------------------------------------------------------------------

  /** The tenant's name taken out of them. */
  private static Map<String, Long> figures(long execution, String tenant) {
    var figures = new TreeMap<String, Long>();
    scheduler
        .find(execution)
        .figures()
        .forEach((name, amount) -> figures.put(name.replace(tenant, "tenant"), amount));
    return figures;
  }

  private static long run(long execution) {
    return scheduler
        .db()
        .sql("select instance from batch_run where execution = ?")
        .param(execution)
        .query(Long.class)
        .single();
  }

  private static List<String> files(long execution) {
    return scheduler
        .db()
        .sql(
            """
            select name || ' ' || rows || ' ' || bytes || ' ' || sha256 from batch_file
            where run = ? and rows is not null order by name
            """)
        .param(run(execution))
        .query((row, n) -> row.getString(1))
        .list();
  }

  /** The names and checksums in a person's archive, but for what tells the tenants apart. */
  private static Map<String, Object> archive(long execution) throws IOException {
    var entries = new TreeMap<String, Object>();
    Path file = scheduler.blobs().resolve("archive/" + run(execution) + "/person.zip");
    try (var zip = new ZipFile(file.toFile())) {
      for (var entry : Collections.list(zip.entries())) {
        if (!entry.getName().equals("certificate.json")) {
          var text = new String(zip.getInputStream(entry).readAllBytes());
          entries.put(entry.getName(), text.replaceAll("(calm|hit)-[0-9a-f]{8}", "tenant"));
        }
      }
    }
    assertThat(String.valueOf(entries.get("events.ndjson")).lines().count()).isEqualTo(3_000);
    return entries;
  }

  /** Jobs of bob, jobs of others, rejects. */
  private static List<Long> left(String tenant) {
    return scheduler
        .db()
        .sql(
            """
            select array[
              (select count(*) from job where tenant = :t and owner = 'bob-of-the-kept'),
              (select count(*) from job where tenant = :t and owner = 'cleo'),
              (select count(*) from event_reject where tenant = :t)]
            """)
        .param("t", tenant)
        .query((row, n) -> List.of((Long[]) row.getArray(1).getArray()))
        .single();
  }

  private static void assertMended(long execution, List<BlobKey> orphans) {
    assertThat(orphans).noneMatch(orphan -> Files.exists(scheduler.blobs().resolve(orphan.path())));
    assertThat(
            scheduler
                .db()
                .sql(
                    """
                    select count(*) from storage_finding
                    where run = ? and kind = 'blob-without-row' and mended_at is not null
                    """)
                .param(run(execution))
                .query(Integer.class)
                .single())
        .isEqualTo(orphans.size());
    assertThat(scheduler.find(execution).figures())
        .containsEntry("blob-without-row", (long) orphans.size())
        .containsEntry("mended", (long) orphans.size());
  }
}
