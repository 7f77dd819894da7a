package dev.offstage.scheduler.batch.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.blob.BlobKey;
import dev.offstage.retention.RetentionKind;
import dev.offstage.retention.RetentionRules;
import dev.offstage.rollup.Rollups;
import dev.offstage.scheduler.batch.TestScheduler;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionIT {
  private static final TestScheduler scheduler = TestScheduler.shared();
  private static int tenants;

  private String brief;
  private String other;

  @BeforeEach
  void twoTenants() {
    brief = scheduler.tenant("brief-" + ++tenants);
    other = scheduler.tenant("other-" + tenants);
  }

  private void keep(String tenant, RetentionKind kind, int days) {
    RetentionRules.over(scheduler.db())
        .set(new RetentionRules.Rule(tenant, kind, Duration.ofDays(days)));
  }

  private Map<String, Long> run(boolean dry) {
    return scheduler
        .completed("retention", Map.of("tenant", brief, "dryRun", Boolean.toString(dry)))
        .figures();
  }

  private long count(String table, String tenant) {
    return scheduler
        .jdbc()
        .sql("select count(*) from " + table + " where tenant = ?")
        .param(tenant)
        .query(Long.class)
        .single();
  }

  /** Jobs of some days ago that ended then, with a line of log each. */
  private void jobs(String tenant, int count, int daysAgo) {
    scheduler
        .jdbc()
        .sql(
            """
            do $$ begin
              insert into job_partition (name, from_at, to_at)
              select 'job_' || to_char(d, 'YYYYMMDD'), d::timestamp at time zone 'UTC',
                (d + 1)::timestamp at time zone 'UTC'
              from (select (now() at time zone 'UTC')::date - %1$d as d) x on conflict do nothing;
              perform make_job_partition('job', (now() at time zone 'UTC')::date - %1$d, '');
              perform make_job_partition('job_step', (now() at time zone 'UTC')::date - %1$d, '');
              perform make_job_partition('job_log', (now() at time zone 'UTC')::date - %1$d, '');
              perform make_job_partition('webhook_delivery', (now() at time zone 'UTC')::date - %1$d, '');
              perform make_job_partition('webhook_attempt', (now() at time zone 'UTC')::date - %1$d, '');
              perform make_job_partition('call_wait', (now() at time zone 'UTC')::date - %1$d, '');
            end $$
            """
                .formatted(daysAgo))
        .update();
    scheduler
        .jdbc()
        .sql(
            """
            with made as (
              insert into job (id, tenant, kind, pool, priority, state, outcome, due_at, ended_at,
                max_attempts, payload, timeout)
              select (substr(replace(uuid7_floor(now() - :ago * interval '1 day')::text, '-', ''), 1, 12)
                  || '7' || substr(md5(:tenant || g), 1, 19))::uuid,
                :tenant, 'app.work', 'default', 1, 'completed', 'completed', null,
                now() - :ago * interval '1 day', 3, '{}', '1 minute'
              from generate_series(1, :count) g
              returning id, tenant, kind, pool)
            insert into job_log (job_id, claim_no, line_no, line)
            select id, 1, 1, 'it went well' from made
            """)
        .param("ago", daysAgo)
        .param("tenant", tenant)
        .param("count", count)
        .update();
    scheduler
        .jdbc()
        .sql(
            """
            insert into job_count (tenant, kind, pool, state, n)
            values (?, 'app.work', 'default', 'completed', 1) on conflict do nothing
            """)
        .param(tenant)
        .update();
  }

  private long logLines(String tenant) {
    return scheduler
        .jdbc()
        .sql(
            """
            select count(*) from job_log l join job j on j.id = l.job_id where j.tenant = ?
            """)
        .param(tenant)
        .query(Long.class)
        .single();
  }

  @Test
  void jobsGoAfterTheirTenantsTimeWithWhatIsAboutThem() {
    jobs(brief, 2_500, 5);
    jobs(brief, 10, 1);
    jobs(other, 30, 5);
    keep(brief, RetentionKind.JOBS, 3);

    assertThat(run(true)).containsEntry("jobs", 2_500L).containsEntry(brief + ".jobs", 2_500L);
    assertThat(count("job", brief)).isEqualTo(2_510);

    assertThat(run(false)).containsEntry("jobs", 2_500L);
    assertThat(count("job", brief)).isEqualTo(10);
    assertThat(logLines(brief)).isEqualTo(10);
    assertThat(count("job", other)).isEqualTo(30);
    assertThat(run(false)).doesNotContainKey("jobs");
  }

  private void events(String tenant, int count, int daysAgo) {
    scheduler
        .jdbc()
        .sql("select ensure_event_days(array[(now() at time zone 'UTC')::date - ?])")
        .param(daysAgo)
        .query((row, n) -> 1)
        .list();
    scheduler
        .jdbc()
        .sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              occurred_at, received_at, clamped)
            select gen_random_uuid(), :tenant, 'shop', gen_random_uuid(), 'track', 'Viewed',
              'm' || g, 'u1', now() - :ago * interval '1 day', now(), false
            from generate_series(1, :count) g
            """)
        .param("tenant", tenant)
        .param("ago", daysAgo)
        .param("count", count)
        .update();
  }

  @Test
  void eventsGoByTheDayButWhatWasCountedOfThemStays() {
    events(brief, 4_100, 40);
    events(brief, 5, 2);
    events(other, 7, 40);
    scheduler
        .jdbc()
        .sql(
            """
            insert into rollup_actor (tenant, actor, app, first_at)
            values (?, event_actor('user', 'u1'), 'shop', now())
            """)
        .param(brief)
        .update();
    keep(brief, RetentionKind.EVENTS, 30);

    assertThat(run(false)).containsEntry("events", 4_100L);
    assertThat(count("event", brief)).isEqualTo(5);
    assertThat(count("event", other)).isEqualTo(7);
    assertThat(count("rollup_actor", brief)).isOne();
  }

  /** Another tenant's events keep the day's partition. */
  @Test
  void aRollUpLeavesAloneWhatWasCountedOfEventsThatWentByAge() {
    events(brief, 12, 40);
    events(other, 7, 40);
    var day =
        scheduler
            .jdbc()
            .sql("select ((now() at time zone 'UTC')::date - 40)::text")
            .query(String.class)
            .single();
    var from = LocalDate.parse(day);
    Rollups.over(scheduler.db()).recompute(brief, from, from.plusDays(1));
    keep(brief, RetentionKind.EVENTS, 30);

    assertThat(run(false)).containsEntry("events", 12L);
    assertThat(counted(brief)).isEqualTo(12);

    scheduler.completed("rollup", Map.of("tenant", brief, "from", day, "to", day));
    assertThat(counted(brief)).isEqualTo(12);
    scheduler.completed("rollup", Map.of("tenant", other, "from", day, "to", day));
    assertThat(counted(other)).isEqualTo(7);
  }

  private long counted(String tenant) {
    return scheduler
        .jdbc()
        .sql("select coalesce(sum(events), 0) from rollup_count where tenant = ?")
        .param(tenant)
        .query(Long.class)
        .single();
  }

  @Test
  void whatWillHaveExpiredIsCountedButNotTaken() {
    events(brief, 3, 2);
    keep(brief, RetentionKind.EVENTS, 30);
    var ahead = "2099-01-01T00:00:00Z";

    var run = scheduler.run("retention", Map.of("tenant", brief, "asOf", ahead));

    assertThat(run.exitMessage()).contains("lies ahead", "dryRun=true");
    assertThat(count("event", brief)).isEqualTo(3);
    assertThat(
            scheduler
                .completed("retention", Map.of("tenant", brief, "asOf", ahead, "dryRun", "true"))
                .figures())
        .containsEntry("events", 3L);
  }

  private UUID asset(String tenant, int daysAgo) throws IOException {
    var upload = UUID.randomUUID();
    var asset = UUID.randomUUID();
    var variant = new BlobKey("variant/" + asset + "/" + upload + "-1/1024.webp");
    scheduler.blobs().put(BlobKey.upload(upload), new byte[] {1, 2, 3});
    scheduler.blobs().put(variant, new byte[] {1});
    scheduler
        .jdbc()
        .sql(
            """
            insert into asset (id, tenant, upload_id, blob_key, byte_size, media_type, created_at,
              ready_at)
            values (:id, :tenant, :upload, :blob, 3, 'image/jpeg', now() - :ago * interval '1 day',
              now())
            """)
        .param("id", asset)
        .param("tenant", tenant)
        .param("upload", upload)
        .param("blob", BlobKey.upload(upload).path())
        .param("ago", daysAgo)
        .update();
    scheduler
        .jdbc()
        .sql(
            """
            insert into variant (asset_id, name, format, width, height, byte_size, blob_key)
            values (?, '1024', 'webp', 1, 1, 1, ?)
            """)
        .params(asset, variant.path())
        .update();
    return asset;
  }

  private boolean hasBytes(UUID asset) throws IOException {
    return !scheduler.blobs().list(new BlobKey("variant/" + asset + "/0")).next(1).stream()
        .filter(blob -> blob.key().path().contains(asset.toString()))
        .toList()
        .isEmpty();
  }

  @Test
  void assetsGoWithTheirBytesAndAllVariantsOnlyWhereATenantSaysSo() throws Exception {
    var old = asset(brief, 100);
    var young = asset(brief, 10);
    var foreign = asset(other, 100);
    assertThat(run(false)).doesNotContainKey("assets");
    keep(brief, RetentionKind.ASSETS, 90);

    assertThat(run(true)).containsEntry("assets", 1L).doesNotContainKey("assetsGone");
    assertThat(hasBytes(old)).isTrue();

    assertThat(run(false)).containsEntry("assets", 1L).containsEntry("assetsGone", 1L);
    assertThat(hasBytes(old)).isFalse();
    assertThat(hasBytes(young)).isTrue();
    assertThat(hasBytes(foreign)).isTrue();
    assertThat(count("asset", brief)).isOne();
  }

  @Test
  void expiredUploadsAreEndedAndAnHourLaterGoneWithTheirBytes() throws Exception {
    var upload = UUID.randomUUID();
    scheduler.blobs().put(BlobKey.upload(upload), new byte[] {1, 2, 3});
    scheduler
        .jdbc()
        .sql(
            """
            insert into upload (id, tenant, length, received, blob_key, expires_at)
            values (?, ?, 10, 3, ?, now() - interval '1 minute')
            """)
        .params(upload, brief, BlobKey.upload(upload).path())
        .update();
    assertThat(run(false)).containsEntry("uploads", 1L);
    assertThat(count("upload", brief)).isOne();

    scheduler
        .jdbc()
        .sql("update upload set expires_at = now() - interval '1 s' where id = ?")
        .param(upload)
        .update();
    run(false);
    assertThat(count("upload", brief)).isZero();
    assertThat(scheduler.blobs().find(BlobKey.upload(upload))).isEmpty();
  }

  @Test
  void aDryRunTellsWhatWillHaveGoneByAnotherTime() {
    events(brief, 9, 3);
    keep(brief, RetentionKind.EVENTS, 30);
    assertThat(run(true)).doesNotContainKey("events");
    var later =
        scheduler
            .jdbc()
            .sql("select now() + interval '40 days'")
            .query(OffsetDateTime.class)
            .single();
    var figures =
        scheduler
            .completed(
                "retention",
                Map.of("tenant", brief, "dryRun", "true", "asOf", later.toInstant().toString()))
            .figures();
    assertThat(figures).containsEntry("events", 9L);
  }
}
