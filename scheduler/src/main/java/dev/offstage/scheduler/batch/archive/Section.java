package dev.offstage.scheduler.batch.archive;

import dev.offstage.blob.BlobKey;
import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.store.Db;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A kind of what there is of a person: a file of JSON lines in the archive. */
public enum Section {
  UPLOADS(
      """
      select u.id::text as position, to_jsonb(u) - 'blob_key' as line from upload u
      where u.tenant = :tenant and u.owner = :user and u.id > :after::uuid
      order by u.id limit :limit
      """),
  ASSETS(
      """
      select a.id::text as position, (to_jsonb(a) - 'blob_key') || jsonb_build_object('variants',
          (select coalesce(jsonb_agg(to_jsonb(v) - 'blob_key'), '[]') from variant v
           where v.asset_id = a.id)) as line
      from asset a
      where a.tenant = :tenant and a.owner = :user and a.deleted_at is null and a.id > :after::uuid
      order by a.id limit :limit
      """),
  JOBS(
      """
      select j.id::text as position,
        (to_jsonb(j) - array['worker', 'holds', 'linked', 'due_at', 'pending', 'claim_no'])
        || jsonb_build_object(
          'steps', (select coalesce(jsonb_agg(to_jsonb(s) - 'job_id'), '[]') from job_step s
                    where s.job_id = j.id),
          'log', (select coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'line', l.line)
                                            order by l.claim_no, l.line_no), '[]')
                  from job_log l where l.job_id = j.id),
          'calls', (select coalesce(jsonb_agg(jsonb_build_object('answeredAt', c.answered_at,
                                                                 'answer', c.answer)), '[]')
                    from call_wait c where c.job_id = j.id)) as line
      from job j
      where j.tenant = :tenant and j.owner = :user and j.id > :after::uuid
      order by j.id limit least(:limit, 20)
      """),
  WORKFLOWS(
      """
      select w.id::text as position, to_jsonb(w) as line from workflow w
      where w.tenant = :tenant and w.owner = :user and w.id > :after::uuid
      order by w.id limit :limit
      """),
  RECEIPTS(
      """
      select k.job_id::text as position, to_jsonb(k) as line
      from idempotency_key k join job j on j.id = k.job_id
      where k.tenant = :tenant and j.tenant = :tenant and j.owner = :user and j.id > :after::uuid
      order by k.job_id limit :limit
      """),
  DEVICES(
      """
      select d.id::text as position, to_jsonb(d) || jsonb_build_object('topics',
          (select coalesce(jsonb_agg(t.topic), '[]') from device_topic t
           where t.device_id = d.id)) as line
      from device d
      where d.tenant = :tenant and d.owner = :user and d.id > :after::uuid
      order by d.id limit :limit
      """),
  /** Pushes to the person; of those to many, that the person was among them. */
  PUSHES(
      """
      select j.id::text as position,
        jsonb_build_object('id', j.id, 'state', j.state, 'created_at', j.created_at, 'payload',
          case when j.payload -> 'to' ->> 'user' = :user then j.payload
               else j.payload - 'to' end) as line
      from job j
      where j.tenant = :tenant and j.kind = 'push.send' and j.id > :after::uuid
        and (j.payload -> 'to' ->> 'user' = :user or exists (select from push_part p
             where p.push = j.id and :user = any(p.users)))
      order by j.id limit :limit
      """),
  /** What webhooks were told of the person. */
  WEBHOOKS(
      """
      select d.job_id::text as position,
        jsonb_build_object('id', d.job_id, 'type', d.type, 'created_at', d.created_at, 'body',
          d.body::jsonb) as line
      from webhook_delivery d
      where d.tenant = :tenant and d.job_id > :after::uuid
        and position(person_quoted(:user) in d.body) > 0
      order by d.job_id limit :limit
      """),
  EVENTS("") {
    @Override
    List<Line> page(Db db, Person person, @Nullable String after, int limit) {
      return new PersonEvents(db, person).page(after, limit);
    }
  },
  /** What is known of the person from events. */
  PROFILE(
      """
      select lpad(row_number() over (order by p.what, p.line::text)::text, 9, '0') as position,
        jsonb_build_object(p.what, p.line) as line
      from (
        select 'user' as what, to_jsonb(u) as line from event_user u
        where u.tenant = :tenant and u.user_id = any(person_event_ids(:tenant, :user))
        union all
        select 'alias', to_jsonb(a) from event_alias a
        where a.tenant = :tenant and a.user_id = any(person_event_ids(:tenant, :user))
        union all
        select 'identity', to_jsonb(i) from event_identity i
        where i.tenant = :tenant and i.user_id = any(person_event_ids(:tenant, :user))
        union all
        select 'device', to_jsonb(d) from event_device d
        where d.tenant = :tenant and d.user_id = any(person_event_ids(:tenant, :user))
        union all
        select 'session', to_jsonb(s) from event_session s
        where s.tenant = :tenant and s.user_id = any(person_event_ids(:tenant, :user))) p
      order by position offset coalesce(nullif(:after, ''), '0')::bigint limit :limit
      """) {
    @Override
    String first() {
      return "";
    }
  },
  REJECTS(
      """
      select r.id::text as position, to_jsonb(r) as line from event_reject r
      where r.tenant = :tenant and r.id > :after::uuid
        and (r.event ->> 'userId' = any(person_event_ids(:tenant, :user))
          or r.event ->> 'anonymousId' =
             any(event_anonymous_of(:tenant, person_event_ids(:tenant, :user))))
      order by r.id limit :limit
      """);

  private final String sql;

  Section(String sql) {
    this.sql = sql;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Where a run keeps it until it is packed. */
  public BlobKey part(long run) {
    return new BlobKey("archive/" + run + "/part-" + text() + ".ndjson");
  }

  String first() {
    return new UUID(0, 0).toString();
  }

  /** The lines behind a position; none once there are no more. */
  List<Line> page(Db db, Person person, @Nullable String after, int limit) {
    return db.jdbc()
        .sql(sql)
        .param("tenant", person.tenant())
        .param("user", person.user())
        .param("after", after == null ? first() : after)
        .param("limit", limit)
        .query((row, n) -> new Line(row.getString("position"), row.getString("line")))
        .list();
  }
}
