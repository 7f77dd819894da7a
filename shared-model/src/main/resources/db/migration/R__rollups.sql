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
