-- Who is who in roll-ups.

-- An id as roll-ups keep it. Of MD5, which is the same on every server and version; to tell 10
-- million actors apart 64 bits are enough.
create or replace function event_actor(kind text, id text) returns bigint
  language sql immutable parallel safe
  return ('x' || left(md5(kind || ':' || id), 16))::bit(64)::bigint;

-- Whose an actor's activity was from one day (UTC) until before another; only of actors who are not
-- their own person. Of an anonymous id that several users share, the one last signed in by then.
create or replace view event_who as
  select tenant, event_actor('user', user_id) as actor, event_actor('user', canonical_id) as person,
    '-infinity'::date as from_day, 'infinity'::date as to_day
  from event_alias
  union all
  select i.tenant, event_actor('anonymous', i.anonymous_id),
    event_actor('user', coalesce(a.canonical_id, i.user_id)),
    case when i.nth = 1 then '-infinity' else i.first_day end, i.next_day
  from (
    select tenant, anonymous_id, user_id, (first_at at time zone 'UTC')::date as first_day,
      row_number() over w as nth,
      lead((first_at at time zone 'UTC')::date, 1, 'infinity') over w as next_day
    from event_identity window w as (partition by tenant, anonymous_id order by first_at, user_id)) i
    left join event_alias a on a.tenant = i.tenant and a.user_id = i.user_id
  where i.nth = 1 or i.next_day > i.first_day;

-- Erasure -----------------------------------------------------------------------------------------

-- Where events are deleted one by one, somebody is forgotten: in the same transaction their ids go
-- from all roll-ups, also of days whose events have had their time, and the hours of what was
-- deleted are to be counted again; as are the latest hours, in case they have come back.
create or replace function forget_in_rollups() returns trigger
  language plpgsql as $$
begin
  insert into event_dirty (tenant, hour)
  select distinct tenant, date_trunc('hour', occurred_at, 'UTC') from gone;
  create temporary table forgotten on commit drop as
    select distinct g.tenant, event_actor('user', g.user_id) as actor
    from gone g where g.user_id is not null
    union
    select distinct g.tenant, event_actor('anonymous', g.anonymous_id)
    from gone g
    where g.anonymous_id is not null and not exists (
      select from event e where e.tenant = g.tenant and e.anonymous_id = g.anonymous_id);
  insert into event_dirty (tenant, hour)
  select distinct s.tenant, s.hour from rollup_step s join forgotten f using (tenant, actor)
  where s.hour > now() - interval '2 days';
  delete from rollup_step s using forgotten f where s.tenant = f.tenant and s.actor = f.actor;
  delete from rollup_active a using forgotten f where a.tenant = f.tenant and a.actor = f.actor;
  delete from rollup_actor a using forgotten f where a.tenant = f.tenant and a.actor = f.actor;
  drop table forgotten;
  return null;
end $$;

create or replace trigger event_erased after delete on event
  referencing old table as gone for each statement execute function forget_in_rollups();
