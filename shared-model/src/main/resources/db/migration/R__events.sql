-- Partitions of events, the window in which copies are recognised, and who is who.

-- Makes the partitions of these days (UTC) for events and rejects. Attached rather than created in
-- place, so that writers are not kept waiting.
create or replace function ensure_event_days(days date[]) returns void
  language plpgsql as $$
declare
  a_day  date;
  parent text;
  part   text;
begin
  -- Several nodes find the same day missing.
  perform pg_advisory_xact_lock(hashtext('offstage.event_partition'));
  foreach a_day in array days loop
    foreach parent in array array['event', 'event_reject'] loop
      part := parent || '_' || to_char(a_day, 'YYYYMMDD');
      if to_regclass(part) is null then
        execute format('create table %I (like %I including defaults including constraints)',
          part, parent);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
          parent, part, a_day::timestamp at time zone 'UTC',
          (a_day + 1)::timestamp at time zone 'UTC');
      end if;
    end loop;
  end loop;
end $$;

select ensure_event_days(array(select generate_series(
  (now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date + 1, '1 day')::date));

-- The days of which there are partitions.
create or replace function event_days() returns setof date
  language sql stable as $$
    select to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'event'::regclass
  $$;

-- Begins a new generation of event_seen if the current one is as old as the window is long at `at`;
-- waits for every writer, and keeps every writer waiting, for that moment.
create or replace function turn_event_window(at timestamptz) returns integer
  language plpgsql as $$
declare
  w event_window;
begin
  perform pg_advisory_xact_lock(hashtext('offstage.event'));
  select * into w from event_window;
  if w.began_at + w.length > at then
    return w.generation;
  end if;
  execute format('create table event_seen_%s partition of event_seen for values in (%s)',
    w.generation + 1, w.generation + 1);
  execute format('drop table if exists event_seen_%s', w.generation - 1);
  update event_window set generation = w.generation + 1, began_at = at;
  return w.generation + 1;
end $$;

-- Whose an anonymous event is: the user last seen under that id by then, else the first one after;
-- by the name that alias has given them since.
create or replace function event_person(of_tenant text, of_anonymous text, at timestamptz)
  returns text
  language sql stable
  return (
    select coalesce(a.canonical_id, i.user_id)
    from event_identity i
      left join event_alias a on a.tenant = i.tenant and a.user_id = i.user_id
    where i.tenant = of_tenant and i.anonymous_id = of_anonymous
    order by (i.first_at <= at) desc,
      case when i.first_at <= at then i.first_at end desc, i.first_at, i.user_id
    limit 1);

-- What a tombstone remembers an id by.
create or replace function event_subject(tenant text, kind text, id text) returns uuid
  language sql immutable
  return encode(substr(sha256(convert_to(
    length(tenant) || ':' || tenant || kind || ':' || id, 'UTF8')), 1, 16), 'hex')::uuid;

-- Of two that say something at different times, what the later says; a null says nothing.
create or replace function latest(at timestamptz, value anycompatible, other_at timestamptz,
    other anycompatible) returns anycompatible
  language sql immutable as $$
    select case when other_at >= at then coalesce(other, value) else coalesce(value, other) end
  $$;

-- What identify has said of a user so far, and what it says now (or said earlier and late). Bounded:
-- traits that would grow beyond 64 KB begin anew with what came last.
create or replace function merged_traits(had jsonb, had_at timestamptz, given jsonb,
    given_at timestamptz) returns jsonb
  language sql immutable
  return case
    when given_at is null then had
    when octet_length(had::text) + octet_length(given::text) > 65536 then given
    when had_at is null or given_at >= had_at then had || given
    else given || had end;

-- Erasure -----------------------------------------------------------------------------------------

-- Asks that a user be forgotten. From here on nothing that the user, or whom alias has merged with
-- them, has done so far is written any more; erase_events() takes out what was.
create or replace function request_erasure(erasure uuid, of_tenant text, of_user text) returns void
  language plpgsql as $$
declare
  root  text;
  users text[];
begin
  select coalesce((select a.canonical_id from event_alias a
                   where a.tenant = of_tenant and a.user_id = of_user), of_user) into root;
  select array_agg(distinct id) into users
  from (select root as id union select of_user
        union select a.user_id from event_alias a
        where a.tenant = of_tenant and a.canonical_id = root) u;
  insert into event_erasure (id, tenant, ids, anonymous_ids)
  values (erasure, of_tenant, users, event_anonymous_of(of_tenant, users));
  insert into event_tombstone (subject, until)
  select event_subject(of_tenant, 'user', id), now() from unnest(users) as id
  union
  select event_subject(of_tenant, 'anonymous', id), now()
  from unnest(event_anonymous_of(of_tenant, users)) as id
  where not event_is_shared(of_tenant, id, users)
  on conflict (subject) do update set until = excluded.until;
end $$;

-- The anonymous ids that users were seen under.
create or replace function event_anonymous_of(of_tenant text, users text[]) returns text[]
  language sql stable
  return (select coalesce(array_agg(distinct anonymous_id), '{}') from event_identity
          where tenant = of_tenant and user_id = any(users));

-- Whether somebody else was seen under an anonymous id too.
create or replace function event_is_shared(of_tenant text, of_anonymous text, users text[])
  returns boolean
  language sql stable
  return exists (select from event_identity
    where tenant = of_tenant and anonymous_id = of_anonymous and user_id <> all(users));

-- Waits for every writer that may not have seen a tombstone yet.
create or replace function await_event_writers() returns void
  language sql
  begin atomic
    select pg_advisory_xact_lock(hashtext('offstage.event'));
  end;

-- Takes out what users did until they asked to be forgotten: to be called after
-- await_event_writers() has returned. May be repeated. Answers how many events went.
create or replace function erase_events(erasure uuid) returns bigint
  language plpgsql as $$
declare
  e         event_erasure;
  anonymous text[];
  own       text[]; -- of them, those of nobody else
  gone      bigint;
  more      bigint;
begin
  select * into e from event_erasure where id = erasure and done_at is null for update;
  if not found then
    return 0;
  end if;
  -- With those that were written between the request and the tombstone's effect.
  select array_agg(distinct id) into anonymous
  from unnest(e.anonymous_ids || event_anonymous_of(e.tenant, e.ids)) as id;
  select array_agg(id) into own
  from unnest(anonymous) as id where not event_is_shared(e.tenant, id, e.ids);
  delete from event v
  where v.tenant = e.tenant and v.user_id = any(e.ids)
    and least(v.occurred_at, v.received_at) <= e.requested_at;
  get diagnostics gone = row_count;
  -- What was done before they said who they are; on a shared device, what was theirs.
  delete from event v
  where v.tenant = e.tenant and v.anonymous_id = any(anonymous) and v.user_id is null
    and least(v.occurred_at, v.received_at) <= e.requested_at
    and (not event_is_shared(e.tenant, v.anonymous_id, e.ids)
         or event_person(e.tenant, v.anonymous_id, v.occurred_at) = any(e.ids));
  get diagnostics more = row_count;
  delete from event_reject r
  where r.tenant = e.tenant
    and (r.event ->> 'userId' = any(e.ids) or r.event ->> 'anonymousId' = any(anonymous));
  -- Of one who has come back since, the next event makes these anew.
  delete from event_identity where tenant = e.tenant and user_id = any(e.ids);
  delete from event_alias
  where tenant = e.tenant and (user_id = any(e.ids) or canonical_id = any(e.ids));
  delete from event_user where tenant = e.tenant and user_id = any(e.ids);
  delete from event_device
  where tenant = e.tenant and (user_id = any(e.ids) or user_id is null and anonymous_id = any(own));
  delete from event_session
  where tenant = e.tenant and (user_id = any(e.ids) or user_id is null and anonymous_id = any(own));
  update event_erasure
  set events = events + gone + more, done_at = now(), ids = '{}', anonymous_ids = '{}'
  where id = erasure;
  return gone + more;
end $$;

-- Retention ---------------------------------------------------------------------------------------

-- Drops the days before `day` of a parent, one at a time; answers how many went. A day that is in use
-- stays for the next time.
create or replace function drop_event_days(parent regclass, day date) returns integer
  language plpgsql as $$
declare
  part    text;
  dropped integer := 0;
begin
  perform set_config('lock_timeout', '2s', true);
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = parent and to_date(right(c.relname, 8), 'YYYYMMDD') < day
    order by c.relname
  loop
    begin
      execute format('drop table %I', part);
      dropped := dropped + 1;
    exception when lock_not_available then
      return dropped;
    end;
  end loop;
  return dropped;
end $$;
