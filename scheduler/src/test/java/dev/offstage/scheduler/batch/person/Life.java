package dev.offstage.scheduler.batch.person;

import dev.offstage.blob.BlobKey;
import dev.offstage.scheduler.batch.TestScheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What there is of a person, in every table and family of blobs that can hold something. */
public final class Life {
  private final TestScheduler scheduler;
  private final JdbcClient jdbc;
  private final String tenant;
  private final String user;
  private final UUID worker = UUID.randomUUID();

  private Life(TestScheduler scheduler, String tenant, String user) {
    this.scheduler = scheduler;
    this.jdbc = scheduler.jdbc();
    this.tenant = tenant;
    this.user = user;
  }

  /** Lives it. */
  public static Life of(TestScheduler scheduler, String tenant, String user) throws IOException {
    var life = new Life(scheduler, tenant, user);
    life.aWorkerThatSeemsAlive();
    life.uploads();
    life.jobs();
    life.devicesAndPushes();
    life.webhooks();
    life.events();
    return life;
  }

  private void aWorkerThatSeemsAlive() {
    jdbc.sql(
            """
            insert into worker (id, host, pid, kinds, lacks, lease)
            values (?, 'nowhere', 1, '{}', '{}', '1 hour')
            """)
        .param(worker)
        .update();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private JdbcClient.StatementSpec sql(String sql) {
    return jdbc.sql(sql).param("tenant", tenant).param("user", user);
  }

  private void uploads() throws IOException {
    upload("open", null);
    var asset = UUID.randomUUID();
    var upload = upload("complete", asset);
    sql("""
    insert into asset (id, tenant, owner, upload_id, blob_key, byte_size, media_type, filename,
      ready_at)
    values (:id, :tenant, :user, :upload, :blob, 3, 'image/jpeg', :user || '.jpg', now())
    """)
        .param("id", asset)
        .param("upload", upload)
        .param("blob", BlobKey.upload(upload).path())
        .update();
    var variant = new BlobKey("variant/" + asset + "/" + UUID.randomUUID() + "-1/1024.webp");
    scheduler.blobs().put(variant, bytes("the small picture of " + user));
    sql("""
    insert into variant (asset_id, name, format, width, height, byte_size, blob_key)
    values (:id, '1024', 'webp', 1, 1, 3, :blob)
    """)
        .param("id", asset)
        .param("blob", variant.path())
        .update();
  }

  private UUID upload(String state, @Nullable UUID asset) throws IOException {
    var id = UUID.randomUUID();
    scheduler.blobs().put(BlobKey.upload(id), bytes("the picture of " + user));
    sql("""
    insert into upload (id, tenant, owner, state, length, received, metadata, blob_key,
      asset_id, expires_at)
    values (:id, :tenant, :user, :state, 3, 3, 'filename ' || :user, :blob, :asset,
      now() + interval '1 day')
    """)
        .param("id", id)
        .param("state", state)
        .param("blob", BlobKey.upload(id).path())
        .param("asset", asset)
        .update();
    return id;
  }

  /** A job of today; the middle of its id is random. */
  private UUID job(String kind, String state, boolean owned) {
    boolean ended = !state.equals("scheduled") && !state.equals("running");
    var id =
        jdbc.sql(
                "select overlay(uuid7_floor(now())::text placing"
                    + " '7' || substr(gen_random_uuid()::text, 16) from 15)::uuid")
            .query(UUID.class)
            .single();
    sql("""
    insert into job (id, tenant, owner, kind, pool, priority, state, outcome, due_at, ended_at,
      max_attempts, payload, result, error_message, progress_note, timeout, tags, worker)
    values (:id, :tenant, case when :owned then :user end, :kind, 'default', 1, :state,
      case when :ended then :state end,
      case when not :ended then now() + interval '1 day' end, case when :ended then now() end, 3,
      jsonb_build_object('to', jsonb_build_object('user', :user), 'who', :user),
      jsonb_build_object('made for', :user), 'could not greet ' || :user, 'greeting ' || :user,
      '1 minute', array['of', :user], :worker)
    """)
        .param("id", id)
        .param("owned", owned)
        .param("worker", worker)
        .param("kind", kind)
        .param("state", state)
        .param("ended", ended)
        .update();
    return id;
  }

  private void jobs() {
    var done = job("app.greet", "completed", true);
    job("app.greet", "scheduled", true);
    job("app.mention", "completed", false);
    sql("insert into job_step (job_id, name, result) values (:id, 'hello', to_jsonb(:user::text))")
        .param("id", done)
        .update();
    sql("""
    insert into job_log (job_id, claim_no, line_no, line)
    values (:id, 1, 1, 'said hello to ' || :user)
    """)
        .param("id", done)
        .update();
    sql("""
    insert into call_wait (job_id, claim_no, token_hash, within, answer)
    values (:id, 1, '\\x00', '1 minute', '{"who": "' || :user || '"}')
    """)
        .param("id", done)
        .update();
    sql("""
    insert into idempotency_key (tenant, key, fingerprint, job_id, job_state)
    values (:tenant, 'greet-' || :user, 'x', :id, 'available')
    """)
        .param("id", done)
        .update();
    sql("""
    insert into unique_key (tenant, kind, key, holder, taken_until)
    values (:tenant, 'app.greet', :user, :id, now() + interval '1 day')
    """)
        .param("id", done)
        .update();
    sql("""
    insert into unique_key (tenant, kind, key, holder, taken_until)
    values (:tenant, 'backend.sync', :user, gen_random_uuid(), now() + interval '1 day')
    """)
        .update();
    sql("""
    insert into workflow (id, tenant, name, on_discard, completed, ended_at)
    values (gen_random_uuid(), :tenant, 'sync of ' || :user, 'cancel', 1, now())
    """)
        .update();
    sql("""
    insert into workflow (id, tenant, owner, name, on_discard, completed, ended_at)
    values (gen_random_uuid(), :tenant, :user, 'the life of ' || :user, 'cancel', 1, now())
    """)
        .update();
  }

  /** A job of theirs that a worker runs, which is not there. */
  public UUID runningJob() {
    return job("app.greet", "running", true);
  }

  private void devicesAndPushes() {
    sql("""
    with d as (
      insert into device (id, tenant, owner, platform, provider, app, token)
      values (gen_random_uuid(), :tenant, :user, 'ios', 'apns', 'com.example',
        'token of ' || :user) returning id)
    insert into device_topic (tenant, topic, device_id) select :tenant, 'fans of ' || :user, id
    from d
    """)
        .update();
    var push = job("push.send", "completed", false);
    sql("""
    insert into push_part (push, no, job_id, users, members)
    values (:id, 0, :id, array[:user, 'somebody'], 2)
    """)
        .param("id", push)
        .update();
    sql("""
    with a as (
      insert into push_audience (id, tenant, members) values (gen_random_uuid(), :tenant, 2)
      returning id)
    insert into push_audience_part (audience, no, users, devices)
    select id, 0, array['somebody', :user], '{}' from a
    """)
        .update();
  }

  private void webhooks() {
    for (var state : new String[] {"completed", "scheduled"}) {
      var delivery = job("webhook.deliver", state, false);
      sql("""
      insert into webhook_delivery (job_id, tenant, endpoint, event, type, body)
      values (:id, :tenant, gen_random_uuid(), gen_random_uuid(), 'job.completed',
        '{"type":"job.completed","data":{"id":"1","owner":"' || :user || '"}}')
      """)
          .param("id", delivery)
          .update();
      sql("""
      insert into webhook_attempt (job_id, claim_no, attempt, at, url, request_headers, answer,
        duration_ms)
      values (:id, 1, 1, now(), 'https://example.com', '{}', 'thanks for ' || :user, 7)
      """)
          .param("id", delivery)
          .update();
    }
  }

  private void events() {
    sql("""
    insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
      anonymous_id, device_id, occurred_at, received_at, clamped, properties, context)
    select gen_random_uuid(), :tenant, 'shop', gen_random_uuid(), 'track', 'Viewed', 'm' || g,
      case when g % 2 = 0 then :user end, 'anonymous-' || :user, 'phone', now(), now(), false,
      jsonb_build_object('of', :user), '{}'
    from generate_series(1, 40) g
    """)
        .update();
    sql("""
    insert into event_reject (id, tenant, app, write_key, received_at, reason, detail, event)
    values (gen_random_uuid(), :tenant, 'shop', gen_random_uuid(), now(), 'too-long', 'x',
      jsonb_build_object('userId', :user))
    """)
        .update();
    sql("""
    insert into event_user (tenant, user_id, first_seen_at, last_seen_at, app, traits)
    values (:tenant, :user, now(), now(), 'shop', jsonb_build_object('name', :user))
    """)
        .update();
    sql("""
    insert into event_identity (tenant, anonymous_id, user_id, first_at, last_at)
    values (:tenant, 'anonymous-' || :user, :user, now(), now())
    """)
        .update();
    sql("""
    insert into event_session (tenant, app, session_id, started_at, last_event_at, events, user_id)
    values (:tenant, 'shop', 'session-' || :user, now(), now(), 1, :user)
    """)
        .update();
    sql("""
    insert into event_session (tenant, app, session_id, started_at, last_event_at, events,
      anonymous_id)
    values (:tenant, 'shop', 'early-' || :user, now(), now(), 1, 'anonymous-' || :user)
    """)
        .update();
    sql("""
    insert into event_device (tenant, device_id, app, first_seen_at, last_seen_at, user_id)
    values (:tenant, 'phone-' || :user, 'shop', now(), now(), :user)
    """)
        .update();
  }
}
