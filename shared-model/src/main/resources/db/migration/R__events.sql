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
